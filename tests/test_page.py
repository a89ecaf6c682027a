"""The page: one file with everything in it, the same bytes every time, and safe even if a story has a malicious name."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from raftlab import History, Story, UserError, load
from raftlab.player import module, page, save_page, style
from raftlab.stories import lab_of

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>'\"`${alert(3)}{{ 7*7 }}&lt;"


class Reader(HTMLParser):
    """What a browser would make of a page: its elements, and the text in them."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.texts = [], {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data):
        if self.elements:
            tag = self.elements[-1][0]
            self.texts[tag] = self.texts.get(tag, "") + data

    def count(self, tag):
        return sum(name == tag for name, _ in self.elements)


def data_of(text):
    """What the page will give to the player."""
    (coded,) = re.findall(r'JSON\.parse\(text\("([A-Za-z0-9+/=]+)"\)\)', text)
    return json.loads(base64.b64decode(coded))


@pytest.fixture(scope="module")
def history():
    """A story of three branches, of which the second is shown."""
    history = History(load("leader_crash"))
    history.act("pause", "n1", tick=20, seen=300)
    history.act("write", "y", 7, tick=100, branch=0, seen=300)
    history.select(1)
    return history


def test_a_page_holds_every_branch_the_position_and_what_is_shown(history):
    data = data_of(page(history, show=("narration", "messages"), tick=47))

    assert data["tick"] == 47
    assert data["show"] == ["narration", "messages"]
    assert data["bundle"] == json.loads(history.to_json())
    branches = data["bundle"]["branches"]
    assert [(b["id"], b["parent"], b["name"]) for b in branches] == [
        (0, None, "main"), (1, 0, "n1 is paused at 0.20 s"), (2, 0, "“y=7” given to n4 at 1.00 s"),
    ]  # fmt: skip
    assert data["bundle"]["current"] == 1


def test_the_bundle_of_a_page_is_a_trace_that_loads_again(history):
    again = History.from_json(json.dumps(data_of(page(history))["bundle"]))
    assert again.to_json() == history.to_json()


def test_a_page_needs_nothing_that_is_not_in_it(history):
    text = page(history)
    read = Reader(text)
    for tag, attributes in read.elements:
        assert not {"src", "href", "srcset", "data", "action"} & set(attributes), f"<{tag}> loads something"
        assert tag not in ("link", "iframe", "object", "embed", "base", "form")
    assert "@import" not in read.texts["style"]
    assert "url(" not in read.texts["style"]
    # The player itself stands in the page, letter by letter, and loads nothing either.
    (encoded,) = re.findall(r'import\("data:text/javascript;base64,([A-Za-z0-9+/=]+)"\)', text)
    source = base64.b64decode(encoded).decode()
    assert source == module()
    code = re.sub(r"/\*.*?\*/", "", source, flags=re.S)  # a comment may name a type of another module
    assert not re.search(
        r"^\s*import\s|\bimport\(|\bfetch\(|XMLHttpRequest|WebSocket|importScripts", code, re.M
    )
    assert style() in text


def test_a_page_may_not_load_anything_either(history):
    """The content security policy: scripts of the page itself and of data:, no network of any kind."""
    (policy,) = [
        attributes["content"] for tag, attributes in Reader(page(history)).elements
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]  # fmt: skip
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert set(rules) <= {"default-src", "script-src", "style-src", "img-src"}
    for sources in rules.values():
        assert set(sources.split()) <= {"'none'", "'unsafe-inline'", "data:"}


def test_no_name_and_no_command_can_break_out_of_the_page():
    """A story from another person may have any name, and a client may write any text."""
    hostile = Story(
        HOSTILE, HOSTILE, nodes=3, seed=4, ticks=60,
        actions=((30, "propose", f"x={HOSTILE}", "leader"),), stops=((40, HOSTILE),),
    )  # fmt: skip
    text = page(History(hostile))
    read, harmless = Reader(text), Reader(page(History(load("three_nodes"))))

    assert [tag for tag, _ in read.elements] == [tag for tag, _ in harmless.elements]
    assert read.count("script") == 1
    assert read.texts["title"].strip() == f"{HOSTILE} – raftlab"
    assert "alert" not in text.replace(text[text.index("<title>") : text.index("</title>")], "")
    bundle = data_of(text)["bundle"]
    assert bundle["title"] == HOSTILE
    assert bundle["branches"][0]["story"]["actions"][0][2] == f"x={HOSTILE}"


def test_letters_of_all_alphabets_arrive_whole():
    title = "Wähler – 領導者 – λείδερ 🗳"
    text = page(History(Story("own", title, nodes=3, ticks=20)))
    assert data_of(text)["bundle"]["title"] == title
    assert Reader(text).texts["title"].strip() == f"{title} – raftlab"


def test_the_same_history_gives_the_same_bytes_on_every_run(tmp_path, history):
    """Also in another process, where Python's hashes are others."""
    made = (
        "import hashlib; from raftlab import History, load; from raftlab.player import page\n"
        "print(hashlib.sha256(page(History(load('minority_leader')), tick=5).encode()).hexdigest())"
    )
    here = hashlib.sha256(page(History(load("minority_leader")), tick=5).encode()).hexdigest()
    there = {
        subprocess.run(
            [sys.executable, "-c", made], capture_output=True, text=True, check=True, timeout=240,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout.strip()
        for seed in ("1", "2")
    }  # fmt: skip
    assert there == {here}
    save_page(history, tmp_path / "one.html", tick=3)
    save_page(history, tmp_path / "two.html", tick=3)
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()
    assert (tmp_path / "one.html").read_text(encoding="utf-8") == page(history, tick=3)


def test_a_page_that_cannot_be_written_is_a_sentence(tmp_path, history):
    with pytest.raises(UserError, match=r"cannot be written: No such file or directory\.$"):
        save_page(history, tmp_path / "nowhere" / "page.html")
    with pytest.raises(UserError, match=r"cannot be written: Is a directory\.$"):
        save_page(history, tmp_path)


def test_a_page_names_the_lab_in_which_its_story_can_be_changed_if_the_library_has_it():
    assert lab_of(History(load("leader_crash")).bundle()) == 'Lab("leader_crash")'
    assert lab_of(History(replace(load("leader_crash"), title="Mine")).bundle()) is None
    assert lab_of(History(replace(load("leader_crash"), name="mine")).bundle()) is None

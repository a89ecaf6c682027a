"""The command line: a story is told and judged, kept in three forms, and a mistake is one sentence."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from xml.etree import ElementTree

import pytest

from raftlab import History, Raft, Story, cli, load
from raftlab.cli import main
from raftlab.exercises.first_transcripts import NOTE, locked
from raftlab.sim.invariants import WATCHED
from raftlab.stories import STORIES

NAMES = [rule.text.partition(":")[0] for rule in WATCHED.values()]
THREE = load("three_nodes")
ADDRESS = re.compile(r"http://(?:localhost|127\.0\.0\.1):\d+/\S*")


def command(*arguments):
    """`raftlab`, as a person calls it: its exit code, what it says, and what it complains about."""
    called = subprocess.run(
        [sys.executable, "-m", "raftlab.cli", *arguments], capture_output=True, text=True, timeout=240
    )
    return called.returncode, called.stdout, called.stderr


def test_a_terminal_that_lacks_a_letter_is_told_its_number(tmp_path, monkeypatch):
    """A terminal of Windows knows some 250 letters, and a story may be written in any."""
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    file = tmp_path / "own.json"
    file.write_text(Story("own", "Ein Märchen von 九", nodes=3, seed=4).to_json(), encoding="utf-8")
    called = subprocess.run(
        [sys.executable, "-m", "raftlab.cli", "play", str(file)], capture_output=True, timeout=240
    )
    assert (called.returncode, called.stderr) == (0, b"")
    assert called.stdout.startswith("Ein Märchen von \\u4e5d".encode("cp1252"))


def test_a_story_is_told_event_by_event_and_all_five_properties_are_judged_by_name():
    code, said, complaint = command("play", "leader_crash", "--ticks", "300")

    assert (code, complaint) == (0, "")
    title, _, *told = said.splitlines()
    assert title == "The leader crashes"
    trace = History(load("leader_crash")).branch.trace
    verdict = told.index("")
    assert len(told[:verdict]) == len(trace.events)
    assert (
        "   60  n2 crashes, and loses all that it has not saved: also its knowledge of what is committed."
        in told[:verdict]
    )
    assert any("  n2 becomes leader of term 1" in line for line in told[:30])
    judged = told[verdict + 1 :][: len(NAMES)]
    assert judged == [f"{id}  {name}: holds" for id, name in zip(WATCHED, NAMES, strict=True)]
    assert NAMES == [
        "Election Safety", "Leader Append-Only", "Log Matching", "Leader Completeness", "State Machine Safety",
        "Sound Knowledge",
    ]  # fmt: skip
    assert "reached at tick 43: every running node has applied x=5" in told


def test_a_story_is_played_as_long_as_one_says_or_else_as_long_as_it_says_itself(capsys):
    assert main(["play", "leader_crash", "--ticks", "59"]) == 0
    assert "n2 crashes" not in capsys.readouterr().out
    assert main(["play", "leader_crash"]) == 0
    whole = capsys.readouterr().out
    assert "  150  n2 restarts" in whole
    assert main(["play", "leader_crash", "--ticks", str(load("leader_crash").ticks)]) == 0
    assert capsys.readouterr().out == whole


def test_without_a_story_the_library_is_listed(capsys):
    assert main(["play"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(STORIES)
    assert all(line.endswith(story.title) for line, story in zip(lines, STORIES.values(), strict=True))


def test_the_help_names_both_commands_and_every_option():
    code, said, _ = command("--help")
    assert code == 0
    assert "lab" in said
    assert "play" in said
    code, said, _ = command("play", "--help")
    assert code == 0
    for option in ("--ticks", "--html", "--svg", "--json"):
        assert option in said


def test_a_story_is_kept_as_a_page_a_picture_and_a_trace(tmp_path, capsys):
    page, picture, trace = (tmp_path / name for name in ("page.html", "picture.svg", "trace.json"))
    files = ["--html", str(page), "--svg", str(picture), "--json", str(trace)]

    assert main(["play", "minority_leader", *files]) == 0

    assert capsys.readouterr().err == ""
    assert "<title>A leader in a minority – raftlab</title>" in page.read_text(encoding="utf-8")
    root = ElementTree.parse(picture).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(list(root.iter())) > 50
    again = History.from_json(trace.read_text(encoding="utf-8"))
    assert again.branch.trace.events == History(load("minority_leader")).branch.trace.events


def test_a_story_in_a_file_plays_like_one_of_the_library(tmp_path, capsys):
    own = Story("own", "My own story", nodes=3, seed=4, ticks=60, actions=((40, "crash", "n1"),))
    file = tmp_path / "own.json"
    file.write_text(own.to_json(), encoding="utf-8")

    assert main(["play", str(file)]) == 0

    said = capsys.readouterr().out
    assert said.startswith("My own story\n")
    assert "   40  n1 crashes" in said


def test_a_reader_who_has_seen_enough_is_no_mistake():
    """`raftlab play leader_crash | head -1`"""
    process = subprocess.Popen(
        [sys.executable, "-m", "raftlab.cli", "play", "leader_crash", "--ticks", "3000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "The leader crashes\n"
    process.stdout.close()
    complaint = process.stderr.read()
    process.stderr.close()
    assert (process.wait(60), complaint) == (0, "")


# -- What goes wrong in a run --------------------------------------------------------------------------


def test_logs_that_contradict_each_other_from_the_start_are_convicted_at_tick_0(tmp_path, capsys):
    start = {"n1": {"term": 1, "log": ["1:a"]}, "n2": {"term": 1, "log": ["1:b"]}}
    file = tmp_path / "contradiction.json"
    file.write_text(Story("own", "Two logs", nodes=3, ticks=60, start=start).to_json(), encoding="utf-8")

    assert main(["play", str(file)]) == 1

    said = capsys.readouterr().out
    assert "P3  Log Matching: BROKEN at tick 0: n2 holds another entry of term 1 at index 1" in said
    assert "P1  Election Safety: holds" in said


class Usurper(Raft):
    """Leads whenever its timer runs out."""

    def campaign(self):
        self.become_candidate()
        self.become_leader()


def test_a_broken_property_ends_in_exit_code_1_and_the_verdict_says_since_when(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(cli, "node_of", lambda command: Usurper)
    both = ((5, "time_out", "n1"), (5, "time_out", "n2"))
    file = tmp_path / "usurpers.json"
    file.write_text(Story("own", "Usurpers", nodes=3, ticks=9, actions=both).to_json(), encoding="utf-8")

    assert main(["play", str(file)]) == 1

    said = capsys.readouterr().out
    assert "P1  Election Safety: BROKEN at tick 5: n1 and n2 both became leader of term 1." in said
    assert "P2  Leader Append-Only: holds" in said


def test_a_run_that_reaches_none_of_its_goals_has_failed_and_says_which(tmp_path, capsys):
    """A dead simulation must not pass: nobody can lead where no message arrives."""
    deaf = Story("own", "Deaf", nodes=3, ticks=60, actions=((0, "set_network", None, 1.0),))
    file = tmp_path / "deaf.json"
    file.write_text(deaf.to_json(), encoding="utf-8")

    code = main(["play", str(file)])

    assert "not reached: a majority follows one leader" in capsys.readouterr().out
    assert code == 1


# -- What a person gets wrong ----------------------------------------------------------------------------


def complaint_about(arguments, capsys):
    """The one sentence with which a mistake is answered."""
    try:
        code = main(arguments)
    except SystemExit as stopped:  # argparse's own way to leave
        code = stopped.code
    told = capsys.readouterr()
    assert code == 2
    lines = told.err.strip().splitlines()
    assert "Traceback" not in told.err
    assert lines[-1].startswith("raftlab")
    return lines[-1]


def test_an_unknown_story_is_answered_with_the_nearest_name_and_no_traceback():
    code, said, complaint = command("play", "leader_crush")
    assert (code, said) == (2, "")
    assert complaint.startswith("raftlab: There is no story 'leader_crush'. Did you mean 'leader_crash'?")
    assert len(complaint.splitlines()) == 1


TICKS = [
    ("-1", "Ticks must be a whole number of at least 0, not -1."),
    ("100000000", "The ticks of a story must be a whole number from 0 to 20000, not 100000000."),
    ("many", "argument --ticks: invalid int value: 'many'"),
    ("1.5", "argument --ticks: invalid int value: '1.5'"),
    ("", "argument --ticks: invalid int value: ''"),
]


@pytest.mark.parametrize(("ticks", "sentence"), TICKS)
def test_ticks_that_are_no_number_of_ticks_are_refused(ticks, sentence, capsys):
    assert sentence in complaint_about(["play", "three_nodes", "--ticks", ticks], capsys)


def test_without_a_command_the_usage_is_shown(capsys):
    assert "COMMAND" in complaint_about([], capsys)


@pytest.mark.parametrize("option", ["--html", "--svg", "--json"])
def test_a_file_that_cannot_be_written_is_named(option, tmp_path, capsys):
    nowhere = tmp_path / "nowhere" / "file"
    assert "nowhere" in complaint_about(["play", "three_nodes", "--ticks", "5", option, str(nowhere)], capsys)
    folder = tmp_path / "folder"
    folder.mkdir()
    assert "folder" in complaint_about(["play", "three_nodes", "--ticks", "5", option, str(folder)], capsys)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("command", [["play", "three_nodes"], ["compare", "leader_crash", "--seeds", "1"]])
def test_a_picture_s_name_must_say_that_it_is_an_svg_and_nothing_is_played_before(command, tmp_path, capsys):
    file = tmp_path / "x.foo"
    said = complaint_about([*command, "--svg", str(file)], capsys)
    assert (
        said
        == f"raftlab: The name of this file must end in .svg, as 'cluster.svg' does; {str(file)!r} does not."
    )
    assert not file.exists()


def changed(**changes):
    return json.dumps(json.loads(THREE.to_json()) | changes)


FILES = {
    "cut short": (THREE.to_json()[:-30], "it was cut short, or is not JSON"),
    "empty": ("", "it was cut short, or is not JSON"),
    "nested without end": ("[" * 200_000, "it was cut short, or is not JSON"),
    "of a newer raftlab": (changed(version=4), "This story has version 4; this raftlab reads up to 3."),
    "of no version": (changed(version=None), "The version of a story must be a whole number"),
    "a trace": (History(Story("a", "A", 3, ticks=5)).to_json(), "This is not a raftlab story; it is a raftlab trace."),
    "a list": ("[1, 2]", "This is not a raftlab story."),
    "of a thousand nodes": (changed(nodes=1000), "The number of nodes must be a whole number from 1 to 99, not 1000."),
    "of an unknown preset": (changed(preset="etc"), "There is no preset 'etc'. Did you mean 'etcd'?"),
    "of an unknown verb": (changed(actions=[[5, "crush", "n1"]]), "There is no verb 'crush'. Did you mean 'crash'?"),
    "of an unknown node": (changed(actions=[[5, "crash", "n9"]]), "At tick 5 of 'Three nodes come to life': There is no node 'n9'."),
    "of something impossible": (changed(actions=[[5, "restart", "n1"]]), "At tick 5 of 'Three nodes come to life': n1 is running"),
    "of a goal in no time": (changed(goals=[["same_logs", "soon"]]), "goal `same_logs` must be a whole number of at least 0, not 'soon'"),
    "of half a letter": (changed(title="a\ud800"), "it was cut short, or is not JSON"),
}  # fmt: skip


@pytest.mark.parametrize("what", FILES)
def test_a_story_file_that_is_damaged_is_answered_in_one_sentence(what, tmp_path, capsys):
    text, sentence = FILES[what]
    file = tmp_path / "story.json"
    file.write_text(text, encoding="utf-8")
    assert sentence in complaint_about(["play", str(file), "--ticks", "30"], capsys)


def test_a_story_file_that_is_not_there_or_no_text_is_named(tmp_path, capsys):
    assert "missing.json cannot be read" in complaint_about(["play", str(tmp_path / "missing.json")], capsys)
    file = tmp_path / "picture.json"
    file.write_bytes(b"\xff\xd8\xff\xe0")
    assert "picture.json cannot be read: it is not a text file." in complaint_about(
        ["play", str(file)], capsys
    )


def test_a_folder_without_the_course_is_no_place_to_open_the_lab(tmp_path, capsys):
    said = complaint_about(["lab", str(tmp_path)], capsys)
    assert f"There is no course in {tmp_path}" in said


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_that_ends_raftlab_lab_ends_jupyterlab_too(end, tmp_path):
    (tmp_path / "index.ipynb").write_text("{}")
    without_desktop = {
        name: text
        for name, text in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    } | {"RAFTLAB_CACHE": str(tmp_path)}
    command = [sys.executable, "-m", "raftlab.cli", "lab", str(tmp_path)]
    lab = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=without_desktop,
    )
    try:
        lines = iter(lab.stderr.readline, "")
        address = next(found[0] for found in map(ADDRESS.search, lines) if found)
        assert answers(address, within=60)  # it says its address a moment before it listens
        while not (tmp_path / NOTE).exists():  # the first transcripts are being recorded
            time.sleep(0.1)
        lab.send_signal(end)
        lab.communicate(timeout=60)
    finally:
        lab.kill()
    assert not answers(address, within=0)
    with locked(tmp_path / NOTE) as note:
        assert note is not None  # nobody records any more


def answers(address, within):
    """Does a server answer at an address, within some seconds?"""
    until = time.monotonic() + within
    while True:
        try:
            return urllib.request.urlopen(address, timeout=60).status == 200
        except urllib.error.URLError:
            if time.monotonic() >= until:
                return False
            time.sleep(0.2)

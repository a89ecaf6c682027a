"""Whole Rafts in JavaScript and Go do the same as raftlab's own, are judged and explored like it, and their mistakes are found and named."""

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from raftlab import Cluster, History, Raft, UserError, compare, implement, load
from raftlab.checks.explorer import SCENARIOS, explore
from raftlab.checks.rows.logs import ROWS
from raftlab.cli import main
from raftlab.remote.nodes import command_class
from raftlab.stories import STORIES

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
PAGE = ROOT / "docs" / "protocol.md"


class Language(NamedTuple):
    """A whole Raft in another language. needs: the program that runs or compiles it. safe: what makes Figure 8 safe in it."""

    name: str
    file: str
    needs: str
    safe: str

    def command(self, source: Path, folder: Path) -> str:
        """The command that runs this source. What is compiled goes into the folder."""
        if self.needs == "node":
            return shlex.join(["node", str(source)])
        program = folder / source.stem
        own = {"GOCACHE": str(folder / "cache"), "GOFLAGS": "-mod=mod", "GOPROXY": "off"}
        subprocess.run(["go", "build", "-o", program, source], check=True, env=os.environ | own)
        return shlex.quote(str(program))


LANGUAGES = {
    "JavaScript": Language("Raft in JavaScript", "raft.mjs", "node", " && termAt(node, index) === node.term"),
    "Go": Language("Raft in Go", "raft.go", "go", " && node.termAt(index) == node.Term"),
}


@pytest.fixture(scope="session", params=LANGUAGES)
def language(request):
    """One language after the other."""
    chosen = LANGUAGES[request.param]
    if not shutil.which(chosen.needs):
        pytest.skip(f"The Raft in {request.param} needs the program {chosen.needs}, which is not here.")
    return chosen


@pytest.fixture(scope="session")
def command(language, tmp_path_factory):
    """The command that runs the example in this language."""
    return language.command(EXAMPLES / language.file, tmp_path_factory.mktemp("program"))


def test_it_answers_as_the_page_of_the_protocol_says(command):
    exchanges = re.findall(r"^→ (.*)\n← (.*)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    program = command_class(command).program
    for said, answered in exchanges:
        (line,) = program.ask([json.dumps(question).encode() for question in json.loads(said)])
        found, wanted = json.loads(line), json.loads(answered)
        assert found["state"].items() >= wanted["state"].items()
        assert (found.get("effects", []), found["drawn"]) == (wanted.get("effects", []), wanted["drawn"])
    assert len(exchanges) == 2


@pytest.mark.parametrize(
    "page", [PAGE, *(EXAMPLES / each.file for each in LANGUAGES.values())], ids=lambda page: page.name
)
def test_the_commands_of_the_page_name_what_there_is(page):
    named = re.findall(r"raftlab (play|explore) (\w+) --node", page.read_text(encoding="utf-8"))
    known = {"play": STORIES, "explore": SCENARIOS}
    assert len(named) == 2
    assert [(command, name) for command, name in named if name not in known[command]] == []


@pytest.mark.parametrize("name", ["leader_crash", "figure_7", "figure_8"])
def test_it_plays_a_story_as_raftlabs_own_nodes_do_byte_for_byte(command, name):
    theirs = History(load(name), node_class=implement(command=command))
    assert theirs.to_json() == History(load(name)).to_json()


def test_it_passes_every_handler_check(command):
    made = command_class(command)
    assert [row.name for row in ROWS if row.run(made)] == []


def test_it_is_explored_to_the_same_counts(command):
    bounds = {"max_term": 1, "in_flight": 2, "entries": 1, "crashes": 1, "progress": False}
    ours, theirs = explore(Raft, **bounds), explore(command_class(command), **bounds)
    assert (theirs.distinct, theirs.generated, theirs.calls) == (ours.distinct, ours.generated, ours.calls)
    assert (theirs.rules, theirs.ok) == (ours.rules, True)


@pytest.mark.slow
def test_it_is_judged_forty_of_forty(command, capsys):
    assert main(["check", "--node", command]) == 0
    assert capsys.readouterr().out.startswith("raft: 40 of 40 points.")


@pytest.mark.slow
def test_a_mistake_planted_in_it_is_found_and_named(language, tmp_path, capsys):
    """The leader commits an entry of an older term because a majority has it: Figure 8."""
    source = EXAMPLES / language.file
    text = source.read_text(encoding="utf-8")
    assert text.count(language.safe) == 1
    wrong = tmp_path / f"wrong{source.suffix}"
    wrong.write_text(text.replace(language.safe, ""), encoding="utf-8")
    assert main(["check", "--node", language.command(wrong, tmp_path)]) == 1
    told = capsys.readouterr().out
    assert "(LE-4, section 5.3, 5.4)" in told
    assert "A run that shows it (" in told


def test_the_command_line_plays_and_explores_it(command, capsys):
    assert main(["play", "three_nodes", "--node", command]) == 0
    theirs = capsys.readouterr().out
    assert main(["play", "three_nodes"]) == 0
    assert capsys.readouterr().out == theirs
    bounds = ["--max-term", "1", "--entries", "0", "--crashes", "0"]
    assert main(["explore", "replication", "--node", command, *bounds]) == 0
    assert "no violation within" in capsys.readouterr().out


def test_it_is_compared_with_raftlabs_own_nodes(language, command):
    """In the same story, with the same dice, plain Raft does the same."""
    made = command_class(command)
    ours, theirs = compare("cloudflare_cut", [()], range(2), 400, progress=False, node_class=made).rows
    assert (ours.variant, theirs.variant) == ("plain Raft", language.name)
    assert ours[3:] == theirs[3:]


def test_when_it_keeps_its_state_it_is_played_but_neither_checked_nor_explored(command, capsys):
    keeper = f"{command} --keep-state"
    cluster = Cluster(nodes=3, seed=1, node_class=implement(command=keeper))
    assert cluster.run_until("leader")
    cluster.write("x", 1)
    cluster.tick(20)
    cluster.crash("n1")
    cluster.tick(5)
    cluster.restart("n1")
    assert cluster.run_until("same_logs")
    assert [entry.command for entry in cluster.nodes["n1"].log] == ["x=1"]
    theirs = History(load("leader_crash"), node_class=implement(command=keeper))
    assert theirs.to_json() == History(load("leader_crash")).to_json()
    for words in (["check"], ["explore", "replication"]):
        assert main([*words, "--node", keeper]) == 2
        assert "keeps the states of its nodes itself" in capsys.readouterr().err


def test_a_command_is_all_that_is_given():
    with pytest.raises(UserError, match="Pass a whole class, or single rules, or a command"):
        implement(Raft, command="node raft.mjs")

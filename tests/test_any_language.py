"""A whole Raft in JavaScript does the same as raftlab's own, is judged and explored like it, and its mistakes are found and named."""

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from raftlab import Cluster, History, Raft, UserError, compare, implement, load
from raftlab.checks.explorer import SCENARIOS, explore
from raftlab.checks.tables_log import ROWS
from raftlab.cli import main
from raftlab.remote.nodes import command_class
from raftlab.stories import STORIES

ROOT = Path(__file__).parent.parent
RAFT = ROOT / "examples" / "raft.mjs"
IN_JAVASCRIPT = f"node {RAFT}"
PAGE = ROOT / "docs" / "protocol.md"

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="there is no node here")


def test_it_answers_as_the_page_of_the_protocol_says():
    exchanges = re.findall(r"^→ (.*)\n← (.*)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    program = command_class(IN_JAVASCRIPT).program
    for said, answered in exchanges:
        (line,) = program.ask([json.dumps(question).encode() for question in json.loads(said)])
        found, wanted = json.loads(line), json.loads(answered)
        assert found["state"].items() >= wanted["state"].items()
        assert (found["effects"], found["drawn"]) == (wanted.get("effects", []), wanted["drawn"])
    assert len(exchanges) == 2


@pytest.mark.parametrize("page", [PAGE, RAFT], ids=["protocol.md", "raft.mjs"])
def test_the_commands_of_the_page_name_what_there_is(page):
    named = re.findall(r"raftlab (play|explore) (\w+) --node", page.read_text(encoding="utf-8"))
    known = {"play": STORIES, "explore": SCENARIOS}
    assert len(named) == 2
    assert [(command, name) for command, name in named if name not in known[command]] == []


@pytest.mark.parametrize("name", ["leader_crash", "figure_7", "figure_8"])
def test_it_plays_a_story_as_raftlabs_own_nodes_do_byte_for_byte(name):
    theirs = History(load(name), node_class=implement(command=IN_JAVASCRIPT))
    assert theirs.to_json() == History(load(name)).to_json()


def test_it_passes_every_handler_check():
    made = command_class(IN_JAVASCRIPT)
    assert [row.name for row in ROWS if row.run(made)] == []


def test_it_is_explored_to_the_same_counts():
    bounds = {"max_term": 1, "in_flight": 2, "entries": 1, "crashes": 1, "progress": False}
    ours, theirs = explore(Raft, **bounds), explore(command_class(IN_JAVASCRIPT), **bounds)
    assert (theirs.distinct, theirs.generated, theirs.calls) == (ours.distinct, ours.generated, ours.calls)
    assert (theirs.rules, theirs.ok) == (ours.rules, True)


@pytest.mark.slow
def test_it_is_judged_forty_of_forty(capsys):
    assert main(["check", "--node", IN_JAVASCRIPT]) == 0
    assert capsys.readouterr().out.startswith("raft: 40 of 40 points.")


@pytest.mark.slow
def test_a_mistake_planted_in_it_is_found_and_named(tmp_path, capsys):
    """The leader commits an entry of an older term because a majority has it: Figure 8."""
    right = " && termAt(node, index) === node.term"
    text = RAFT.read_text(encoding="utf-8")
    assert text.count(right) == 1
    (tmp_path / "wrong.mjs").write_text(text.replace(right, ""), encoding="utf-8")
    assert main(["check", "--node", f"node {tmp_path / 'wrong.mjs'}"]) == 1
    told = capsys.readouterr().out
    assert "(LE-4, section 5.3, 5.4)" in told
    assert "A run that shows it:" in told


def test_the_command_line_plays_and_explores_it(capsys):
    assert main(["play", "three_nodes", "--node", IN_JAVASCRIPT]) == 0
    theirs = capsys.readouterr().out
    assert main(["play", "three_nodes"]) == 0
    assert capsys.readouterr().out == theirs
    bounds = ["--max-term", "1", "--entries", "0", "--crashes", "0"]
    assert main(["explore", "replication", "--node", IN_JAVASCRIPT, *bounds]) == 0
    assert "no violation within" in capsys.readouterr().out


def test_it_is_compared_with_raftlabs_own_nodes():
    """In the same story, with the same dice, plain Raft does the same."""
    made = command_class(IN_JAVASCRIPT)
    ours, theirs = compare("cloudflare_cut", [()], range(2), 400, progress=False, node_class=made).rows
    assert (ours.variant, theirs.variant) == ("plain Raft", "Raft in JavaScript")
    assert ours[3:] == theirs[3:]


KEEPS = """
import json, sys
from raftlab.raft import Raft
from raftlab.remote.answers import Speaker
sys.stdin.readline()
print(json.dumps({"raftlab": 1, "name": "Keeper", "keeps_state": True}), flush=True)
speaker, states = Speaker(Raft), {}
for line in sys.stdin:
    for question in json.loads(line):
        number = question.pop("node")
        said = json.dumps(speaker.answer(question if "new" in question else {**question, "state": states[number]}))
        states[number] = {**states.get(number, {}), **json.loads(said)["state"]}
        print(said, flush=True)
"""


def test_a_program_that_keeps_its_state_is_played_but_neither_checked_nor_explored(tmp_path, capsys):
    (tmp_path / "keeper.py").write_text(KEEPS, encoding="utf-8")
    command = f"{sys.executable} {tmp_path / 'keeper.py'}"
    cluster = Cluster(nodes=3, seed=1, node_class=implement(command=command))
    assert cluster.run_until("leader")
    cluster.write("x", 1)
    cluster.tick(20)
    cluster.crash("n1")
    cluster.tick(5)
    cluster.restart("n1")
    assert cluster.run_until("same_logs")
    assert [entry.command for entry in cluster.nodes["n1"].log] == ["x=1"]
    assert (
        History(load("leader_crash"), node_class=implement(command=command)).to_json()
        == History(load("leader_crash")).to_json()
    )
    for words in (["check"], ["explore", "replication"]):
        assert main([*words, "--node", command]) == 2
        assert "keeps the states of its nodes itself" in capsys.readouterr().err


def test_a_command_is_all_that_is_given():
    with pytest.raises(UserError, match="Pass a whole class, or single rules, or a command"):
        implement(Raft, command=IN_JAVASCRIPT)

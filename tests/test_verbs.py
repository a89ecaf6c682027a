"""Verbs: each is defined in one place, with its types, and everything that is built from verbs has it."""

import subprocess
import sys
from pathlib import Path

import pytest

from raftlab import Cluster, Story, UserError
from raftlab.sim.branches import History
from raftlab.sim.narrate import as_text
from raftlab.sim.verbs import VERBS, Control, Verbs, verb

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
def test_a_misspelt_verb_is_a_type_error_and_a_right_one_is_none(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from raftlab import Cluster\n"
        "from typing import assert_type\n"
        "cluster = Cluster(nodes=3)\n"
        "cluster.crash('n1')\n"
        "assert_type(cluster.write('x', 5), str)\n"
        "cluster.crsh('n1')\n"
        "cluster.crash(1)\n"
    )
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "--no-incremental", str(script)]
    found = subprocess.run(command, capture_output=True, text=True, cwd=ROOT).stdout.splitlines()
    told = [line.partition("script.py:")[2] for line in found]
    assert len(told) == 2, found
    assert told[0].startswith('6: error: "Cluster" has no attribute "crsh"')
    assert told[1].startswith('7: error: Argument 1 to "crash" of "Verbs" has incompatible type "int"')


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_called_with_what_it_does_not_take_says_what_it_takes_and_does_nothing(name):
    cluster = Cluster(nodes=3)
    if name not in ("partition", "change_voters"):  # they take any number of nodes
        with pytest.raises(UserError, match=rf"^It is {name}\(.*\), not {name}\(.*\)\.$"):
            getattr(cluster, name)(*("n1",) * 9)
    with pytest.raises(UserError, match=rf"^{name}\(\) has no argument 'nobody'\..* It takes .*\.$"):
        getattr(cluster, name)(nobody="n1")
    assert (cluster.done, cluster.trace.events) == ([], [])


def test_a_new_verb_is_written_in_one_place():
    before = dict(VERBS)

    class _More(Verbs):
        @verb(
            lambda deed: f"{deed.node} has its heartbeat interval doubled",
            Control("node", "slow down", "z", "make the chosen node slow", part="crash", states=("running",)),
        )
        def slow_down(self, node: str) -> None:
            """Double a node's heartbeat interval."""
            id = self._node(node, "running")
            self.done.append((self.now, "slow_down", id))
            self.nodes[id].heartbeat_interval *= 2
            self._changed("slow_down", id)

    try:
        story = Story("slow", "A slow node", nodes=3, ticks=30, actions=((20, "slow_down", "n2"),), goals=())
        cluster = Cluster(story)
        cluster.tick(30)
        assert cluster.nodes["n2"].heartbeat_interval == 2 * cluster.nodes["n1"].heartbeat_interval
        assert cluster.done == [(20, "slow_down", "n2")]
        assert "   20  n2 has its heartbeat interval doubled." in as_text(cluster.trace)

        history = History(story)
        branch = history.act("slow_down", "a follower", tick=25)
        assert branch.story.actions[-1][1] == "slow_down"
        assert branch.name == "n2 has its heartbeat interval doubled at 0.25 s"
        assert any(control["verb"] == "slow_down" for control in history.bundle()["controls"])
    finally:
        VERBS.clear()
        VERBS.update(before)


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_says_what_it_does(name):
    assert VERBS[name].do.__doc__
    assert getattr(Cluster, name) is VERBS[name].do


def test_a_key_belongs_to_one_verb_for_each_kind_of_thing_and_state():
    taken = set()
    for each in VERBS.values():
        for control in each.controls:
            for state in control.states or ("",):
                place = (control.key, control.on, state)
                assert not control.key or place not in taken, place
                taken.add(place)


def test_the_table_of_keys_in_the_readme_has_every_key_of_a_verb():
    table = (ROOT / "README.md").read_text().partition("## The player's keys")[2].partition("## ")[0]
    cells = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("|")]
    documented = {key for row in cells for cell in (row[0], row[2]) for key in cell.split()}
    keys = {control.key for each in VERBS.values() for control in each.controls if control.key}
    assert keys <= documented

"""What a rule can use of a node is listed in one place, and hints use nothing else."""

import re
from random import Random

import pytest

from raftlab import PreVote, Raft, UserError, check, node_help
from raftlab.exercises.items import BEYOND, FIGURE_2
from raftlab.exercises.node_help import FIELDS, FIELDS_BEYOND
from raftlab.extensions import EXTENSIONS
from raftlab.sim.systems import build

ASKED_FOR = (
    "Snapshots",
    "Membership",
    "Transfer",
    "ReadIndex",
    "PreVote",
    "CheckQuorum",
)  # extensions of which an exercise asks for rules


def written(*extensions):
    """All that the help says can be written, such as "node.save"."""
    return {row[0].partition("(")[0] for section in node_help(*extensions).sections for row in section.rows}


def made(*extensions):
    needed = [need for each in extensions for need in getattr(EXTENSIONS[each], "needs", ())]
    return build(*extensions, *needed)("n1", ("n1", "n2", "n3"), Random(1))


@pytest.mark.parametrize("extensions", [(), ASKED_FOR])
def test_it_lists_every_field_of_a_node(extensions):
    fields = {f"node.{name}" for name in vars(made(*extensions)) if name[0] != "_"}
    assert fields == {
        each for each in written(*extensions) if each.removeprefix("node.") in FIELDS | FIELDS_BEYOND
    }


def test_it_lists_the_public_methods_that_a_rule_may_call_with_what_their_docstrings_say():
    words = {
        each for each in written() if each.startswith("node.") and callable(getattr(Raft, each[5:], None))
    }
    assert {"node.save", "node.send", "node.apply", "node.emit", "node.answer", "node.commit"} <= words
    assert not words & {"node.step", "node.ignore", "node.on_tick"}
    assert "node.send(msg): Send a message." in repr(node_help())
    assert "node.log.term_at(index): The term of the entry at an index" in repr(node_help())
    assert not re.search(r"\([A-Z]{2,3}-\w+[,)]", repr(node_help())), "ids of rules say nothing there"


def test_it_lists_the_messages_of_all_extensions_and_what_snapshots_need():
    both = repr(node_help("Snapshots", "Transfer"))
    for kind in (
        "AppendEntries",
        "InstallSnapshotReply",
        "TimeoutNow",
        "Snapshot",
        "SaveSnapshot",
        "Restore",
    ):
        assert f"  {kind}: " in both
    assert "Restore" not in repr(node_help("Transfer"))


def test_a_notebook_shows_it_folded_and_nothing_in_it_is_markup():
    shown = node_help()._repr_html_()
    assert shown.count("<details>") == len(node_help().sections) == 4
    assert "node.step_back(msg)" in shown
    assert "&quot;n1&quot;" in shown


@pytest.mark.parametrize("item", [*FIGURE_2.values(), *BEYOND.values()], ids=lambda item: item.name)
def test_hints_use_only_what_it_lists(item):
    text = " ".join(item.hints)
    assert "node._" not in text, "what is private is nobody's business"
    listed = written(*(name for name in item.extensions if name in ASKED_FOR))
    used = re.findall(r"\bnode\.(?:log\.)?[a-z_]+", text)
    handlers = {f"node.{name}" for name in vars(Raft) if name.startswith("on_")}
    assert {each for each in used if each != "node.random.random"} <= listed | handlers


def test_an_extension_that_does_not_exist_is_told_with_the_nearest():
    with pytest.raises(UserError, match="PreVote"):
        node_help("PreVotes")
    assert PreVote.__name__ in EXTENSIONS


PRIVATE = """
def commit(node, index, because):
    node.because(because)
    node.commit_index = index
    while node.last_applied < index:
        node.last_applied += 1
        node._effects.append(Apply(node.last_applied, node.log.entry(node.last_applied)))
        node.answer(node.waiting.pop(node.last_applied, None), Applied(node.last_applied))
"""


def test_an_answer_may_apply_by_the_small_word_and_an_older_one_by_the_private_list():
    public = PRIVATE.replace(
        "node._effects.append(Apply(node.last_applied, node.log.entry(node.last_applied)))",
        "node.apply(node.last_applied)",
    )
    assert public != PRIVATE
    for text in (public, PRIVATE):
        assert check("commit", text, progress=None).points == FIGURE_2["commit"].points

"""The differential check finds every mistake that one step shows, names its rule, and lets pass what the paper leaves open."""

import pytest
from sample import a_few
from textbook import mutant
from wrong_answers import CENTRAL, SLIGHT, text

from raftlab import Raft, implement
from raftlab.checks.differential import allowed, differential, larger
from raftlab.checks.differential.ask import Outcome, Question, outcomes
from raftlab.checks.differential.crashes import disks, lives
from raftlab.checks.differential.disk import unsafe
from raftlab.checks.differential.questions import SPACES
from raftlab.checks.differential.spaces import FOLLOWER, log_of, node
from raftlab.checks.mutants import MUTANTS
from raftlab.exercises.answer.text import load
from raftlab.exercises.figure_2 import FIGURE_2
from raftlab.messages import AppendEntriesReply, HardState, RequestVote, Save, SaveSnapshot, Send, Snapshot

MOST = 20_000  # situations of an item


def test_there_are_situations_for_every_item_and_not_too_many_to_be_quick():
    assert SPACES.keys() == {*FIGURE_2, "raft"}
    for item in SPACES:
        assert 300 < differential(item).cases <= MOST


@pytest.mark.parametrize("item", SPACES)
def test_the_reference_goes_wrong_in_none_of_them(item):
    assert differential(item).run(Raft) is None


# -- Mistakes (those of the catalogue are in `test_checks_mutants.py`) -------------------------------------------

# Mistakes that no row, story, run or exploration found: where, what instead, the item and the rule.
ONCE_MISSED = {
    "an entry of its own term at the end is enough to commit": (
        "if self.log.term_at(index) == self.term:", "if self.log.last_term == self.term:", "advance_commit_index", "LE-4"),
    "an entry is taken for present if its command is": (
        "if term == entry.term:", "if term is not None and self.log.entry(index + offset).command == entry.command:",
        "on_append_entries", "AE-3"),
    "a candidate keeps its old timeout": (
        "        self.reset_election_timer()\n\n    def become_leader", "        self.timer = self.timeout\n\n    def become_leader",
        "become_candidate", "FO-2"),
    "a new term forgets what is committed": (
        "            self.term, self.voted_for = term, None\n", "            self.term, self.voted_for = term, None\n            self.commit_index = 0\n",
        "become_follower", "ST-V1"),
    "a timer starts again without its timeout": (
        "self.timeout = self.timer = shortest", "self.timer = shortest", "reset_election_timer", "FO-2"),
    "a follower cuts its log, saves, appends and saves": (
        "        for offset, entry in enumerate(entries):\n            term = self.log.term_at(index + offset)\n",
        "        if entries:\n            self.log.replace_from(index, ())\n            self.save(from_index=index)\n"
        "        for offset, entry in enumerate(entries):\n            term = self.log.term_at(index + offset)\n",
        "on_append_entries", "ST-P0"),
}  # fmt: skip


@pytest.mark.parametrize("name", ONCE_MISSED)
def test_a_mistake_that_all_other_checks_have_missed_is_found(name):
    there, instead, item, rule = ONCE_MISSED[name]
    found = differential(item).run(mutant((there, instead)))
    assert found is not None
    assert found.rule == rule, found.sentence


def test_the_rule_is_that_of_the_difference_and_not_of_the_first_row_that_fails():
    own_length = mutant(("match_index=last_new", "match_index=self.log.last_index"))
    assert differential("on_append_entries").run(own_length).rule == "FO-1"
    one_at_a_time = mutant(("self.log.entries_from(prev + 1)", "self.log.entries_from(prev + 1)[:1]"))
    assert differential("replicate").run(one_at_a_time).rule == "LE-3"
    off_by_one = mutant(("self.peers(), self.log.last_index + 1", "self.peers(), self.log.last_index"))
    assert differential("become_leader").run(off_by_one).rule == "ST-L1"


def test_a_candidate_that_counts_its_votes_and_waits_for_more_than_it_needs_is_slow_and_not_unsafe():
    everybody = differential("is_quorum").run(MUTANTS["a majority is everybody"].node_class())
    assert (everybody.rule, everybody.broke) == ("CA-2", "")


def test_it_is_told_in_one_sentence():
    only_the_index = MUTANTS["prev check looks at the index only"]
    found = differential(only_the_index.item).run(only_the_index.node_class())
    assert found.sentence == (
        "Follower in term 2 with the log [1:a]; heartbeat of term 2 with prev_log_index 1 of term 2: "
        "it says success instead of a refusal."
    )


# -- Larger situations ------------------------------------------------------------------------------------------

# Mistakes that need a fourth entry, a sixth node, a term that is far away, or entries that are equal: some of `wrong_answers`.
NEED_MORE = {
    "unsafe": (
        ("admit", "adopts no term that is far ahead"),
        ("admit", "terms as texts"),
        ("commit", "applies equal commands once"),
        ("commit", "applies no empty command"),
        ("is_quorum", "at most four"),
        ("is_quorum", "at most five"),
        ("on_append_entries", "stores at most nine"),
        ("on_append_entries", "stores nothing twice"),
        ("on_request_vote", "lengths only up to three"),
        ("on_request_vote_reply", "four votes are always enough"),
        ("save", "at most nine entries"),
    ),
    "safe": (
        ("admit", "is deaf to a term that is far ahead"),
        ("advance_commit_index", "looks at the last three entries only"),
        ("on_propose", "a client waits for one entry only"),
        ("on_propose", "drops a command that is there already"),
        ("on_propose", "drops an empty command"),
    ),
}
LARGER = {each for each in SPACES["raft"] if each.__module__ == larger.__name__}


@pytest.mark.parametrize(
    ("kind", "item", "title"), a_few([(kind, *each) for kind, some in NEED_MORE.items() for each in some])
)
def test_what_no_small_situation_shows_is_found_in_a_larger_one(kind, item, title):
    mistake = (CENTRAL[item] | SLIGHT.get(item, {}))[title]
    wrong = implement(**{item: load(text(item, mistake), item)})
    check = differential(item)
    assert bool(check.run(wrong).broke) is (kind == "unsafe")
    small = tuple(space for space in check.spaces if space not in LARGER)
    assert check._replace(spaces=small).run(wrong) is None


@pytest.mark.parametrize(
    ("item", "title", "told"),
    [
        ("become_follower", "keeps its clients",
            "c1 goes on waiting for entry 1, and is told that it is done even if another leader replaces the entry."),
        ("become_leader", "guesses its last entry", "AssertionError: there is no entry 0: the first entry is 1 in line 8"),
        ("commit", "answers all at once", "it tells c1 that entry 1 is done before it has applied the entry."),
        ("commit", "does not note what it applied", "its last_applied is then 0 instead of 1."),
        ("on_propose", "answers nobody", "it forgets that c1 is waiting for entry 1, and never answers."),
        ("on_propose", "says done at once", "it tells c1 that entry 1 is done; it should not answer anybody."),
        ("on_propose", "the wrong client", "it answers c1 when entry 2 is applied instead of entry 1."),
    ],
)  # fmt: skip
def test_what_concerns_clients_and_entries_is_told_in_words(item, title, told):
    wrong = implement(**{item: load(text(item, CENTRAL[item][title]), item)})
    assert told in differential(item).brief(wrong).sentence


@pytest.mark.parametrize(
    ("item", "there", "instead", "told"),
    [
        ("campaign", "self.log.last_index, self.log.last_term", "self.log.last_index, self.term - 1",
            "that its log ends with entry 0 of term 1 to n2 and n3 instead of"),
        ("replicate", "self.log.term_at(prev) or 0", "self.log.term_at(prev) or self.term",
            "prev_log_index 0 of term 2 to n2 and n3 instead of"),
        ("replicate", "self.id, peer, self.term, prev", "peer, peer, self.term, prev", "but with src n2 instead of n1."),
    ],
)  # fmt: skip
def test_what_it_says_and_what_it_should_say_are_never_the_same_words(item, there, instead, told):
    assert told in differential(item).run(mutant((there, instead))).sentence


# -- What the paper leaves open -----------------------------------------------------------------------------------

AGREED = "            self.next_index[msg.src] = self.match_index[msg.src] + 1\n            self.advance_commit_index()\n"
BACK = "            self.next_index[msg.src] = self.step_back(msg)\n"
REFUSED = "        elif msg.prev_log_index == self.next_index[msg.src] - 1 > self.match_index[msg.src]:\n"
COMMITTED = '                    self.commit(index, because="LE-4")\n'
PROPOSED = '        self.because("LE-3")\n        self.broadcast_entries()\n'
FIRST_GUESS = "dict.fromkeys(self.peers(), self.log.last_index + 1)"
SUCCESS = 'self.reply_append(msg, success=True, match_index=last_new, because="FO-1")'
MISSING = '            self.reply_append(msg, success=False, because="AE-2")\n'
DELETED = """            if self.log.term_at(msg.prev_log_index) is not None:
                self.log.replace_from({0}, ())
                self.save({0})
"""
OWN_TERM = "if self.log.term_at(index) == self.term:"
TOLD = "entries, self.commit_index\n"
VOTED = "        elif self.voted_for not in (None, msg.src):\n"

# Predicate -> an item, a correct variant that needs the predicate, and a mistake close to it.
OPEN = {
    "match_index_of_a_refusal": (
        "on_append_entries",
        ('success=False, because="AE-2")', 'success=False, because="AE-2", match_index=self.log.last_index)'),
        ('success=False, because="AE-2")', 'success=False, because="AE-2", match_index=self.log.last_index)\n            self.leader = None'),
    ),
    "news_at_once": (
        "on_append_entries_reply",
        (COMMITTED, COMMITTED + "                    self.broadcast_entries()\n"),
        (AGREED, AGREED + "            self.replicate(msg.src)\n"),
    ),
    "commit_as_far_as_confirmed": (
        "replicate",
        (TOLD, "entries, min(self.commit_index, self.match_index[peer])\n"),
        (TOLD, "entries, min(self.commit_index, max(0, self.match_index[peer] - 1))\n"),
    ),
    "laggards_wait_for_the_heartbeat": (
        "on_propose",
        (PROPOSED, '        for peer in self.peers():\n            if self.next_index[peer] == index:\n                self.replicate(peer)\n'),
        (PROPOSED, '        self.timer = self.heartbeat_interval\n        for peer in self.peers():\n            if self.next_index[peer] == index:\n                self.replicate(peer)\n'),
    ),
    "earlier_first_guess": (
        "become_leader",
        (FIRST_GUESS, "dict.fromkeys(self.peers(), self.commit_index + 1)"),
        (FIRST_GUESS, "dict.fromkeys(self.peers(), self.commit_index)"),
    ),
    "next_index_stays": (
        "on_append_entries_reply",
        (AGREED, AGREED.replace("self.match_index[msg.src] + 1", "max(self.next_index[msg.src], self.match_index[msg.src] + 1)")),
        (AGREED, AGREED.replace("self.match_index[msg.src] + 1", "max(self.next_index[msg.src], self.match_index[msg.src])")),
    ),
    "steps_further_back": (
        "on_append_entries_reply",
        (BACK, "            self.next_index[msg.src] = self.match_index[msg.src] + 1\n"),
        (REFUSED, "        else:\n"),
    ),
    "below_the_commit_index": (
        "on_append_entries",
        (SUCCESS, SUCCESS.replace("last_new", "max(last_new, self.commit_index)")),
        (SUCCESS, SUCCESS.replace("last_new", "max(last_new, self.log.last_index)")),
    ),
    "contradiction_goes_at_once": (
        "on_append_entries",
        (MISSING, DELETED.format("msg.prev_log_index") + MISSING),
        (MISSING, DELETED.format("max(1, msg.prev_log_index - 1)") + MISSING),
    ),
    "what_every_node_has": (
        "advance_commit_index",
        (OWN_TERM, OWN_TERM.replace(":", " or index <= min(self.match_index.values()):")),
        (OWN_TERM, OWN_TERM.replace(":", " or index <= max(self.match_index.values()):")),
    ),
    "no_vote_beside_a_leader": (
        "on_request_vote",
        (VOTED, VOTED.replace("self.voted_for not", "(self.voted_for or self.leader) not")),
        (VOTED, VOTED.replace("self.voted_for not in (None, msg.src)", "self.voted_for or self.leader")),
    ),
    "vote_given_again": (
        "on_request_vote",
        (VOTED, '        elif self.voted_for == msg.src:\n            self.reply_vote(msg, vote_granted=True, because="RV-2")\n' + VOTED),
        (VOTED, '        elif self.voted_for is not None:\n            self.reply_vote(msg, vote_granted=True, because="RV-2")\n' + VOTED),
    ),
}  # fmt: skip


def test_each_of_the_predicates_has_its_two_tests():
    assert OPEN.keys() == {each.__name__ for each in allowed.ALLOWED}


@pytest.mark.parametrize("name", OPEN)
def test_an_open_choice_is_allowed_by_its_predicate_alone_and_a_mistake_close_to_it_is_not(name):
    item, *changes = OPEN[name]
    right, wrong = map(mutant, changes)
    assert differential(item).run(right) is None
    assert differential(item).run(wrong) is not None
    others = tuple(each for each in allowed.ALLOWED if each.__name__ != name)
    assert differential(item)._replace(allowed=others).run(right) is not None


# -- The disk -------------------------------------------------------------------------------------------------------


def after(log, *effects, term=2):
    """What is wrong if a follower in term 2 with two entries does this, and has this log then."""
    before = node(FOLLOWER, 2, (1, 1))
    return unsafe(before, Outcome(effects, before | {"log": log, "term": term}))


def test_what_stays_in_the_log_never_leaves_the_disk():
    longer = log_of((1, 1, 2))
    assert after(longer, Save(2, None, 3, longer[2:])) is None
    assert after(longer, Save(2, None, 1, longer)) is None, "the same entries may be written again"
    assert after(longer, Save(2, None, 2, ()), Save(2, None, 2, longer[1:]))[0] == "ST-P0"


def test_what_contradicts_the_leader_may_leave_the_disk_before_the_new_entries_are_there():
    other = log_of((1, 2))
    assert after(other, Save(2, None, 2, ()), Save(2, None, 2, other[1:])) is None


def test_terms_and_votes_on_the_disk_only_go_on():
    same = log_of((1, 1))
    assert after(same, Save(1, None, 3, ()), Save(2, None, 3, ()))[0] == "ST-P1"
    assert after(same, term=3)[0] == "ST-P1"


def test_what_is_confirmed_is_on_the_disk_before_the_reply():
    longer = log_of((1, 1, 2))
    reply = Send(AppendEntriesReply("n1", "n2", 2, True, 2, 3))
    save = Save(2, None, 3, longer[2:])
    assert after(longer, save, reply) is None
    assert after(longer, reply, save)[0] == "ST-P0"


def snapshot_taken(*effects, snapshot=Snapshot(1, 1, "S")):  # noqa: B008 - it is immutable
    """What is wrong if a follower in term 2 with three entries does this while it takes a snapshot of the first one."""
    before = node(FOLLOWER, 2, (1, 1, 2))
    log = before["log"][1:] if snapshot.term == 1 else ()
    return unsafe(before, Outcome(effects, before | {"log": log, "snapshot": snapshot}))


def test_a_snapshot_replaces_the_log_on_the_disk_and_what_follows_stays_there():
    saved, rest = SaveSnapshot(Snapshot(1, 1, "S")), log_of((1, 1, 2))[1:]
    cleared = Save(2, None, 1, ())
    assert snapshot_taken(saved) is None
    assert snapshot_taken(saved, saved, Save(2, None, 2, rest)) is None, "it may be written again"
    assert snapshot_taken() == ("SN-1", "its new snapshot is not on its disk")
    assert snapshot_taken(cleared, saved, Save(2, None, 2, rest)) == (
        "ST-P0",
        "for a moment its disk holds an empty log, and a crash there would lose entries",
    )
    assert snapshot_taken(saved, Save(2, None, 2, ()), Save(2, None, 2, rest)) == (
        "ST-P0",
        "for a moment its disk holds a snapshot up to entry 1 and an empty log after it, and a crash there would lose entries",
    )


def test_a_snapshot_that_contradicts_the_log_is_on_the_disk_before_the_entries_that_it_covers_leave_it():
    """Its last entry is the third: nobody knows whether the first two are the right ones, and confirmed."""
    other = Snapshot(3, 3, "S")
    assert snapshot_taken(Save(2, None, 3, ()), SaveSnapshot(other), snapshot=other) is None
    assert snapshot_taken(Save(2, None, 2, ()), SaveSnapshot(other), snapshot=other)[0] == "ST-P0"


def test_the_snapshot_on_the_disk_is_the_one_that_the_node_has():
    for wrong, told in (
        (Snapshot(2, 1, "S"), "up to entry 2 instead of 1"),
        (Snapshot(1, 2, "S"), "with term 2 instead of 1"),
        (Snapshot(1, 1, ""), "with the state '' instead of S"),
        (Snapshot(1, 1, "S", ("n1", "n2")), "with voters n1 n2 instead of nobody"),
    ):
        assert snapshot_taken(SaveSnapshot(wrong)) == ("SN-1", f"it saves a snapshot {told}")


# -- Crashes in the middle of a step, and events that come twice ------------------------------------------------------


def test_a_node_lives_on_after_a_crash_between_any_two_effects():
    """It may have saved nothing, or the new term, or the vote, too."""
    asked = Question(node(FOLLOWER, 1), RequestVote("n2", "n1", 2, 0, 0))
    (outcome,) = outcomes(Raft, [asked])
    (life,) = lives([(asked, outcome, ())])
    found = disks(life.disk, outcome.effects)
    assert [(each.term, each.voted_for) for each in found] == [(1, None), (2, None), (2, "n2")]


class AnswersOnce(Raft):
    """It notes what it has answered, and does not answer it again."""

    def on_request_vote(self, msg):
        noted = self.__dict__.setdefault("noted", set())
        if msg not in noted:
            noted.add(msg)
            super().on_request_vote(msg)


class ForgetsItsVote(Raft):
    """It does not read its vote from the disk."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.voted_for = None


class CannotBeginAgain(Raft):
    """It has no use for what is on the disk."""

    def __init__(self, *arguments, saved=HardState(), **named):  # noqa: B008 - it is immutable
        super().__init__(*arguments, **named)
        assert saved == HardState(), "a node begins with nothing"


@pytest.mark.parametrize(
    ("item", "raft", "when"),
    [
        ("on_request_vote", AnswersOnce, "After a crash, when it comes again: Follower"),
        ("on_append_entries", ForgetsItsVote, "Follower"),
        ("on_request_vote", CannotBeginAgain, "Follower"),
    ],
)
def test_what_shows_only_in_a_node_that_lives_on_is_found(item, raft, when):
    check = differential(item)
    assert check.difference(raft, {}) is None, "each step alone is right"
    found = check.crash(raft)
    assert found.sentence.startswith(when), found.sentence

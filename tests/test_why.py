"""Every answer to "why" and "why not" is true: the tests compare the player's answers with a replayed cluster.

The player computes its answers in JavaScript, from the trace alone. Each answer comes with the id of its template and
with the values that are filled in. `Truth` has a method for each template: it says what must then be true in the live
cluster at that tick.
"""

import json
import shutil
import subprocess
from collections import defaultdict
from dataclasses import replace

import pytest
from faulty import faulty_story

from raftlab import STORIES, Cluster, History, Story, load
from raftlab.messages import Because, Role, Send
from raftlab.models.scenes import SCENES
from raftlab.player import module
from raftlab.raft import majority
from raftlab.sim.english import command_words
from raftlab.sim.narrate import LOSSES
from raftlab.sim.why import MESSAGES, REFUSALS, TEMPLATES

pytestmark = pytest.mark.skipif(not shutil.which("node"), reason="The answers are found by JavaScript.")

ASK = """
import { Timeline, whyNotCommitted, whyNotLeader } from "./player.mjs";
import { readFileSync } from "node:fs";
const plain = (value) => (Array.isArray(value) ? value.map(plain) : value?.data ? { id: value.id, data: fields(value.data), text: value.text } : value);
const fields = (data) => Object.fromEntries(Object.entries(data).map(([name, value]) => [name, plain(value)]));
const said = ({ id, data, text, event }) => ({ id, data: fields(data), text, event });
for (const bundle of JSON.parse(readFileSync("bundles.json"))) {
  const timeline = new Timeline(bundle);
  const branch = timeline.branch(0).resolve();
  const answers = new Map(); // every answer once
  const asked = []; // [tick, node, index (0: is it the leader?), place of the answer]
  for (let tick = 0; tick <= branch.ticks; tick++) {
    const position = branch.endOfTick(tick);
    if (tick && tick < branch.ticks && position.count === branch.countAt(tick - 1)) continue; // nothing has happened
    const { views } = branch.at(position.count);
    const longest = Math.max(...Object.values(views).map((view) => view.log.length));
    for (const node of timeline.nodes) {
      for (let index = 0; index <= longest + 1; index++) {
        const { title, reasons } = index ? whyNotCommitted(branch, position, node, index) : whyNotLeader(branch, position, node);
        const answer = JSON.stringify([said(title), ...reasons.map(said)]);
        if (!answers.has(answer)) answers.set(answer, answers.size);
        asked.push([tick, node, index, answers.get(answer)]);
      }
    }
  }
  console.log(`[[${[...answers.keys()].join(",")}],${JSON.stringify(asked)}]`);
}
"""


def answers(histories, folder):
    """The player's answers, for each history: tick -> [(node, index, [title, reason, ...])]."""
    (folder / "player.mjs").write_text(module(), encoding="utf-8")
    (folder / "bundles.json").write_text(json.dumps([history.bundle() for history in histories]))
    (folder / "ask.mjs").write_text(ASK)
    run = subprocess.run(["node", "ask.mjs"], cwd=folder, capture_output=True, text=True, timeout=300)
    assert not run.returncode, run.stderr
    for line in run.stdout.splitlines():
        texts, asked = json.loads(line)
        by_tick = defaultdict(list)
        for tick, node, index, place in asked:
            by_tick[tick].append((node, index, texts[place]))
        yield by_tick


# -- The cluster that knows the truth ---------------------------------------------------------------------------------


class Step:
    """One step of a node, and the state of the node after it."""

    def __init__(self, cluster, node, what, detail, effects):
        self.tick, self.node, self.what, self.detail = cluster.now, node.id, what, detail
        self.rules = [effect.rule for effect in effects if isinstance(effect, Because)]
        self.sent = [effect.message for effect in effects if isinstance(effect, Send)]
        self.term, self.voted_for, self.leader = node.term, node.voted_for, node.leader
        self.last_index, self.last_term = node.log.last_index, node.log.last_term


class Witness(Cluster):
    """A cluster that remembers the facts that answers are about."""

    def __init__(self, *arguments, **named):
        self.steps, self.delivered, self.first_id = [], {}, {}
        self.since = {}  # node -> the tick of its last crash
        self.reigns = defaultdict(list)  # node -> [term, began, votes, ended, the step that ended it]
        self.knows = defaultdict(list)  # node -> [tick, commit index] since its last restart
        self.lengths = defaultdict(list)  # node -> [tick, length of its log]
        self.events_read, self.messages_read = 0, 0
        self.copies, self.losses = {}, {}  # message -> the message of which it is a copy; -> why it was lost
        self.sent = defaultdict(dict)  # (kind, src, dst, term) -> {message: the message and its copies}
        self.facts = {}  # (index, entry) -> the tick since which it is committed
        super().__init__(*arguments, **named)
        self.look()

    def _after_step(self, node, effects, what, detail):
        carried_out, after = effects, self._crash_after.get(node.id)
        if after is not None:
            carried_out, _ = self._cut_off(effects, after)
        step = Step(self, node, what, detail, carried_out)
        self.steps.append(step)
        if what == "deliver":
            self.delivered.setdefault(detail, step)
        super()._after_step(node, effects, what, detail)
        self.watch(node.id, step)

    def _crash(self, id, edited_from=None):
        super()._crash(id, edited_from)
        self.since[id] = self.now
        self.knows[id].clear()
        self.watch(id, None)

    def paused_since(self, id):
        return [tick for tick, *deed in self.done if deed == ["pause", id]][-1]

    def watch(self, id, step):
        node, reigns = self.nodes[id], self.reigns[id]
        leads = node.role is Role.LEADER and self.status[id] != "crashed"
        if reigns and reigns[-1][3] is None and not (leads and node.term == reigns[-1][0]):
            reigns[-1][3:] = [self.now, step]
        if leads and not (reigns and reigns[-1][3] is None):
            voters = [each for each in self.ids if each in node.votes and each in node.voters()]
            reigns.append([node.term, self.now, voters, None, None])

    def look(self):
        """Remember the state at the end of a tick."""
        self.read_on()
        commitment = self.invariants.commitment
        for index, entry in [*commitment.entries.items(), *commitment._rivals] if commitment else ():
            self.facts.setdefault((index, entry), self.now)
        for id, node in self.nodes.items():
            length = self.log(id).last_index
            if not self.lengths[id] or self.lengths[id][-1][1] != length:
                self.lengths[id].append([self.now, length])
            if self.status[id] != "crashed" and (
                not self.knows[id] or self.knows[id][-1][1] != node.commit_index
            ):
                self.knows[id].append([self.now, node.commit_index])

    def log(self, id):
        """The log of a node; if it has crashed, the log on its disk."""
        return self.disks[id].log if self.status[id] == "crashed" else self.nodes[id].log

    def entry(self, id, index):
        """(term, command) at an index; None if the log ends before this index, or begins after it."""
        log = self.log(id)
        return tuple(log.entry(index)) if log.start < index <= log.last_index else None

    def committed_at(self, index):
        """The entries that are committed at an index, even if no node knows it."""
        return [tuple(entry) for (place, entry) in self.facts if place == index]

    def read_on(self):
        """Read what is new in the trace about messages."""
        trace = self.trace
        for event in trace.events[self.events_read :]:
            if event.what == "copy":
                self.copies[event.detail[0]] = self.copies.get(event.detail[1], event.detail[1])
            elif event.what == "lost":
                self.losses.setdefault(*event.detail)
        for id in range(self.messages_read, len(trace.messages)):
            kind, src, dst, term = trace.messages[id][:4]
            self.sent[kind, src, dst, term].setdefault(self.copies.get(id, id), []).append(id)
        self.events_read, self.messages_read = len(trace.events), len(trace.messages)
        self.flying = {id: due for due, some in self._arrivals.items() for id, _ in some}
        self.flying |= {id: None for some in self._held.values() for id, _ in some}

    def fates(self, kinds, src, dst, term):
        """(fate, id, due) of the messages of some kinds that one node sent another in a term, each in a list with its copies."""
        sent = {first: ids for kind in kinds for first, ids in self.sent[kind, src, dst, term].items()}
        return [[(self.fate(id), id, self.flying.get(id)) for id in sent[first]] for first in sorted(sent)]

    def fate(self, id):
        return "delivered" if id in self.delivered else "flying" if id in self.flying else "lost"


APPENDS = ("AppendEntries", "InstallSnapshot")
ANSWERS = ("AppendEntriesReply", "InstallSnapshotReply", "ConfirmLeaderReply")
REQUESTS = {False: ("RequestVote", "RequestVoteNow"), True: ("RequestPreVote",)}
best = ("delivered", "flying", "lost")


def came_farthest(some):
    """From a message and its copies, the one that came farthest."""
    return min(some, key=lambda each: best.index(each[0]))


class Truth:
    """What is true at one tick. There is one method for each template, with its name. Its arguments are the values filled in."""

    def __init__(self, cluster, node, index):
        self.c, self.id, self.index = cluster, node, index
        self.node, self.status = cluster.nodes[node], cluster.status[node]
        self.role = self.node.role if self.status == "running" else None
        leaders = {id: each.term for id, each in cluster.running().items() if each.role is Role.LEADER}
        self.newest = next((id for id, term in leaders.items() if term == max(leaders.values())), None)
        self.leading = cluster.nodes.get(self.newest)

    # -- Is it the leader? --------------------------------------------------------------------------------

    def nobody_leads(self, roles):
        words = self.node.words
        assert "leader" not in words
        assert set(roles.split(" or ")) == {
            words[each] for each in ("follower", "candidate") if each in words
        }

    def is_crashed(self, node, term):
        assert node == self.id
        assert self.status == "crashed"

    def is_paused(self, node, term):
        assert node == self.id
        assert self.status == "paused"
        assert self.node.role is not Role.LEADER

    def is_paused_leader(self, node, term):
        assert node == self.id
        assert self.status == "paused"
        assert self.node.role is Role.LEADER
        assert term == self.node.term

    def leads(self, node, term):
        assert (node, term, self.role) == (self.id, self.node.term, Role.LEADER)
        assert self.newest == node
        assert not self.rivals()

    def rivals(self):
        """Other leaders of the same term; if there are any, Raft is broken."""
        others = {
            id: each for id, each in self.c.running().items() if id != self.id and each.role is Role.LEADER
        }
        return [id for id, each in others.items() if each.term == self.node.term]

    def leads_beside(self, node, term, others):
        assert (node, term, self.role) == (self.id, self.node.term, Role.LEADER)
        assert others == self.rivals()

    def leads_old(self, node, term, other, later):
        assert (node, term, self.role) == (self.id, self.node.term, Role.LEADER)
        assert other == self.newest != node
        assert self.leading.term == later > term

    def candidate(self, node, quorum, term, count, names):
        assert (node, self.role, term) == (self.id, Role.CANDIDATE, self.node.term)
        assert set(names) == set(self.node.votes) & set(self.node.voters())
        assert count == len(names)
        assert quorum == majority(len(self.node.voters()))

    candidate_none = candidate

    def trial(self, node, term, quorum, count, names):
        assert node == self.id
        assert self.role in (Role.FOLLOWER, Role.CANDIDATE)
        assert self.is_on_trial()
        assert set(names) == set(self.node.pre_votes) & set(self.node.voters())
        assert count == len(names)
        assert quorum == majority(len(self.node.voters()))
        assert term == self.node.term + 1

    trial_none = trial

    def is_on_trial(self):
        return bool(getattr(self.node, "pre_votes", None)) and self.node.leader is None

    def campaigns(self, term):
        return [
            step
            for step in self.c.steps
            if step.node == self.id and "CA-1" in step.rules and step.term == term and step.sent
        ]

    def follower(self, node, tick, term):
        self.follower_stood(node, tick, term)
        assert not self.campaigns(term)

    def follower_stood(self, node, tick, term):
        assert (node, term, self.role) == (self.id, self.node.term, Role.FOLLOWER)
        assert not self.is_on_trial()
        assert tick == self.c.now

    def crashed_at(self, tick):
        assert self.status == "crashed"
        assert tick == self.c.since[self.id]

    def paused_at(self, tick):
        assert self.status == "paused"
        assert tick == self.c.paused_since(self.id)

    def led_until(self, term, tick):
        reign = [each for each in self.c.reigns[self.id] if each[3] is not None][-1]
        assert (term, tick) == (reign[0], reign[3])
        return reign[4]

    def gave_up(self, term, tick):
        assert {"CQ-1", "MC-4"} & set(self.led_until(term, tick).rules)

    def elected_by(self, tick, names):
        term, began, voters, _, _ = self.c.reigns[self.id][-1]
        assert (tick, names) == (began, voters)
        assert term == self.node.term

    def elected_by_nobody(self, tick, names):
        assert tick == self.c.reigns[self.id][-1][1]
        assert self.id in self.c.story.liars

    def must_hear(self, heard):
        peers = [each for each in self.node.voters() if each != self.id]
        began = self.c.reigns[self.id][-1][1]
        for peer, each in zip(peers, heard, strict=True):
            last = [
                step.tick for id, step in self.c.delivered.items()
                if self.c.trace.messages[id][0] in ANSWERS and self.c.trace.messages[id][1:4] == [peer, self.id, self.node.term] and step.tick >= began
            ]  # fmt: skip
            assert each["data"]["peer"] == peer
            assert each["data"].get("tick") == max(last, default=None)

    def no_vote(self, names):
        assert self.id not in names
        assert names == list(self.node.voters())

    def no_vote_elsewhere(self, leader, term, node):
        assert self.leader_is(leader, term)
        assert term >= self.node.term
        assert self.id in self.node.voters()
        assert self.id not in self.leading.voters()

    def leader_is(self, leader, term):
        return leader == self.newest and self.leading.term == term

    def follows(self, leader, term):
        other = self.c.nodes[leader]
        assert self.node.leader == leader
        assert self.node.term == term == other.term
        assert self.c.status[leader] == "running"
        assert other.role is Role.LEADER

    def follows_former(self, leader, term, state):
        other, status = self.c.nodes[leader], self.c.status[leader]
        role = f"the leader of term {other.term}" if other.role is Role.LEADER else f"a {other.role.value}"
        assert (self.node.leader, self.node.term) == (leader, term)
        assert state == (role if status == "running" else status)
        assert state != f"the leader of term {term}"

    def voted(self, term, candidate):
        assert (term, candidate) == (self.node.term, self.node.voted_for)

    def timer(self, tick):
        due = (
            self.c.clocks[self.id].due(self.c.now, self.node.timer)
            if self.id in self.c.clocks
            else self.c.now + self.node.timer
        )
        assert tick == due

    def retry(self, tick):
        self.timer(tick)
        assert self.role is Role.CANDIDATE
        assert not hasattr(self.node, "pre_votes")

    def retry_asking(self, tick):
        self.timer(tick)
        assert self.role is Role.CANDIDATE
        assert hasattr(self.node, "pre_votes")

    def retry_trial(self, tick):
        self.timer(tick)
        assert self.is_on_trial()

    def stood(self, term):
        assert self.campaigns(term)
        assert not any(each[0] == term for each in self.c.reigns[self.id])
        self.stood_in = term

    # -- What became of a vote ------------------------------------------------------------------------------

    def requests(self, peer):
        """What happened to the requests to a peer in this election: for each, the copy that came farthest."""
        trial = self.is_on_trial()
        term = getattr(self, "stood_in", self.node.term)
        if not trial:
            return [came_farthest(each) for each in self.c.fates(REQUESTS[False], self.id, peer, term)]
        return [came_farthest(each) for each in self.c.fates(REQUESTS[True], self.id, peer, term)][-1:]

    def vote_unasked(self, peer):
        assert not self.requests(peer)

    def vote_request_lost(self, peer, why):
        assert {fate for fate, _, _ in self.requests(peer)} == {"lost"}
        assert any(self.lost_because(id, why) for _, id, _ in self.requests(peer))

    def lost_because(self, id, why):
        reason = self.c.losses[id]
        if reason == "crashed":
            return why == {
                "id": "lost_crashed",
                "data": {"peer": self.c.trace.messages[id][2]},
                "text": why["text"],
            }
        if reason == "cut":
            return why == {"id": "lost_cut", "data": {}, "text": "the link was cut"}  # it may work again now
        return why == LOSSES[reason]

    def vote_request_flying(self, peer, due):
        assert any(self.is_due(each, due) for each in self.requests(peer))

    def is_due(self, message, due):
        """Is this message in flight, and will it arrive at the tick that the answer names?"""
        fate, id, tick = message
        if fate != "flying":
            return False
        peer = self.c.trace.messages[id][2]
        if self.c.status[peer] == "paused":
            return due["id"] == "waits" and due["data"] == {"peer": peer}
        return due == "" or (due["id"] == "due" and due["data"] == {"tick": tick})

    def received(self, peer):
        return [self.c.delivered[id] for fate, id, _ in self.requests(peer) if fate == "delivered"]

    def vote_ignored(self, peer, why):
        assert any("SV-1" in step.rules and self.because(step, why) for step in self.received(peer))

    def vote_unanswered(self, peer):
        assert any(
            not [each for each in step.sent if "VoteReply" in type(each).__name__]
            for step in self.received(peer)
        )

    def verdicts(self, peer):
        """(granted, the step) of every answer to a request."""
        return [
            (each.vote_granted, step)
            for step in self.received(peer)
            for each in step.sent
            if "VoteReply" in type(each).__name__
        ]

    def vote_refused(self, peer, why):
        assert any(not granted and self.because(step, why) for granted, step in self.verdicts(peer))
        assert peer not in self.node.votes

    def trial_refused(self, peer, why):
        assert any(not granted and self.because(step, why) for granted, step in self.verdicts(peer))
        assert peer not in self.node.pre_votes

    def because(self, step, why):
        """Is this the reason for which the voter refused?"""
        said, data = why["id"], why["data"]
        asked = self.c.trace.message(step.detail).fields
        own, its = (step.last_term, step.last_index), (asked["last_log_term"], asked["last_log_index"])
        return {
            "refusal_term": lambda: (
                data == {"term": step.term} and ("RV-1" in step.rules or asked["proposed_term"] <= step.term)
            ),
            "refusal_log_term": lambda: (
                data == {"own": own[0], "candidate": self.id, "its": its[0]} and its[0] < own[0]
            ),
            "refusal_log_length": lambda: (
                data == {"own": own[1], "its": its[1], "term": own[0]} and its[0] == own[0] and its < own
            ),
            "refusal_own_vote": lambda: "RV-2" in step.rules and step.voted_for == step.node,
            "refusal_other_vote": lambda: (
                "RV-2" in step.rules and step.voted_for == data["other"] not in (None, self.id)
            ),
            "refusal_leads": lambda: step.leader == step.node,
            "refusal_hears": lambda: step.leader == data["leader"],
            "refusal_hears_some": lambda: step.leader is None,
            "refusal_silent": lambda: step.node in self.c.story.liars,
        }[said]()

    def answer_of(self, peer, candidate, trial):
        """The replies that grant the vote: for each, the copy that came farthest."""
        assert candidate == self.id
        assert any(granted for granted, _ in self.verdicts(peer))
        kind = "RequestPreVoteReply" if trial else "RequestVoteReply"
        answers = [self.c.fates((kind,), peer, self.id, term) for term in range(self.node.term + 1)]
        return [came_farthest(each) for some in answers for each in some]

    def vote_reply_lost(self, peer, candidate, why, trial=False):
        assert any(
            fate == "lost" and self.lost_because(id, why)
            for fate, id, _ in self.answer_of(peer, candidate, trial)
        )

    def vote_reply_flying(self, peer, candidate, due, trial=False):
        assert any(self.is_due(each, due) for each in self.answer_of(peer, candidate, trial))

    def trial_reply_lost(self, peer, candidate, why):
        self.vote_reply_lost(peer, candidate, why, trial=True)

    def trial_reply_flying(self, peer, candidate, due):
        self.vote_reply_flying(peer, candidate, due, trial=True)

    # -- Is it committed? -----------------------------------------------------------------------------------

    def entry(self, entry, node=None):
        """The entry that an answer names, as (term, command words)."""
        data = entry["data"]
        assert data.get("index", self.index) == self.index
        return (data["term"], data["command"])

    def own(self, id=None):
        term, command = self.c.entry(id or self.id, self.index)
        return (term, command_words(command))

    def is_fact(self, entry):
        """Is an entry committed, even if no node knows it? In Paxos only the value counts, and not its number."""
        facts = [(term, command_words(command)) for term, command in self.c.committed_at(self.index)]
        if "leader" not in getattr(self.node, "words", {"leader": ""}):
            return entry[1] in [command for _, command in facts]
        return entry in facts

    def undecided(self):
        assert self.c.invariants.commitment is None

    def known(self, entry, node, committed):
        assert node == self.id
        assert self.status != "crashed"
        assert self.node.commit_index >= self.index
        assert self.own() == self.entry(entry)
        assert self.is_fact(self.own())

    def known_in_snapshot(self, entry, node, committed):
        assert node == self.id
        assert self.index <= self.c.log(node).start
        assert self.is_fact(self.entry(entry))

    def known_snapshot_only(self, index, node, committed):
        assert (index, node) == (self.index, self.id)
        assert index <= self.c.log(node).start
        assert self.c.committed_at(index)

    def unknown_snapshot_only(self, index, node, committed):
        assert index <= self.c.log(node).start
        assert not self.c.committed_at(index)

    def unknown(self, entry, node, committed):
        assert node == self.id
        assert self.status != "crashed"
        assert self.node.commit_index < self.index
        assert self.own() == self.entry(entry)
        assert self.is_fact(self.own())

    def unknown_crashed(self, entry, node, committed):
        assert node == self.id
        assert self.status == "crashed"
        assert self.own() == self.entry(entry)
        assert self.is_fact(self.own())

    def not_committed(self, entry):
        assert self.own() == self.entry(entry)
        assert not self.is_fact(self.own())

    def claimed(self, entry, node, committed):
        self.not_committed(entry)
        assert self.own(node) == self.own()
        assert self.c.nodes[node].commit_index >= self.index
        assert self.c.status[node] != "crashed"

    def needs_copies(self, entry, node, committed, quorum, leader, count, names):
        self.not_committed(entry)
        self.counts(leader, quorum, count, names)
        assert self.own(leader)[0] == self.leading.term

    needs_first_copy = needs_copies

    def older_term(self, entry, node, committed, leader, leading):
        self.not_committed(entry)
        self.own_term_only(self.own()[0], leader, leading)

    def not_in_leaders_log(self, entry, node, committed, leader, leading):
        self.not_committed(entry)
        assert self.leader_is(leader, leading)
        assert self.c.entry(leader, self.index) != self.c.entry(self.id, self.index)

    def overruled(self, entry, node, committed, other):
        self.not_committed(entry)
        assert self.is_fact(self.entry(other))

    def leaderless(self, entry, node, committed):
        self.not_committed(entry)
        self.no_leader()

    def not_chosen(self, entry, node, committed, quorum, names):
        self.not_committed(entry)
        self.holders(names)
        assert quorum == majority(len(self.c.ids)) > len(names)

    def missing_committed(self, entry, node, committed):
        assert node == self.id
        assert self.c.log(node).last_index < self.index
        assert self.is_fact(self.entry(entry))

    def missing(self, node, index):
        assert (node, index) == (self.id, self.index)
        assert self.c.log(node).last_index < index
        assert not self.c.committed_at(index)
        assert any(self.c.log(each).last_index >= index for each in self.c.ids)

    def nowhere(self, node, index):
        assert index == self.index
        assert all(self.c.log(each).last_index < index for each in self.c.ids)
        assert not self.c.committed_at(index)

    def known_since(self, node, tick):
        life = self.c.knows[self.id]
        assert node == self.id
        assert tick == next(since for since, commit_index in life if commit_index >= self.index)

    claimed_since = known_since

    def stored(self, tick, term):
        assert any(
            index == self.index and entry.term == term and since == tick
            for (index, entry), since in self.c.facts.items()
        )

    def stored_later(self, tick, later, term):
        assert later > self.index
        assert any(index == self.index and since == tick for (index, _), since in self.c.facts.items())
        assert any(
            index == later and entry.term == term and since == tick
            for (index, entry), since in self.c.facts.items()
        )

    def accepted(self, tick, word, term):
        self.stored(tick, term)

    def at_the_start(self, committed):
        assert any(index == self.index and since == 0 for (index, _), since in self.c.facts.items())

    def down(self, node, tick):
        assert (node, self.status, tick) == (self.id, "crashed", self.c.since[self.id])

    def asleep(self, node, tick):
        assert (node, self.status, tick) == (self.id, "paused", self.c.paused_since(self.id))

    def tells(self, leader):
        assert leader == self.newest != self.id
        assert self.leading.commit_index >= self.index
        assert self.leading.term >= self.node.term
        assert self.id in self.leading.voters()
        assert self.index <= self.leading.log.start or self.own(leader) == self.own()

    def unaware(self, leader, term):
        assert self.leader_is(leader, term)
        assert self.leading.commit_index < self.index
        assert self.own(leader) == self.own()

    def counts(self, leader, quorum, count, names):
        assert leader in (self.newest, self.id)
        leading = self.c.nodes[leader]
        assert leading.role.value == "leader"
        assert names == [id for id in leading.voters() if leading.match_index.get(id, 0) >= self.index]
        assert count == len(names)
        assert quorum == majority(len(leading.voters()))

    counts_none = counts

    def own_term_only(self, term, leader, leading):
        assert self.leader_is(leader, leading)
        assert self.own(leader)[0] == self.own()[0] == term != leading

    def lacks(self, leader, term):
        assert self.leader_is(leader, term)
        assert self.c.entry(leader, self.index) in (
            None,
            *self.others_than_own(),
        )

    def others_than_own(self):
        return (
            [self.c.entry(self.newest, self.index)]
            if self.c.entry(self.newest, self.index) != self.c.entry(self.id, self.index)
            else []
        )

    def behind(self, leader, leading, node, term):
        assert self.leader_is(leader, leading)
        assert (node, term) == (self.id, self.node.term)
        assert leading < term

    def no_leader(self):
        assert self.newest is None

    no_sender = no_leader

    def not_a_voter(self, leader, term, node):
        assert self.leader_is(leader, term)
        assert node == self.id
        assert node not in self.leading.voters()

    def stays(self, leader):
        assert leader == self.newest
        assert self.c.entry(leader, self.index) != self.c.entry(self.id, self.index)
        assert self.own()[0] != self.leading.term, "its own term is the only one of which it appends entries"

    def deletes(self, node, leader):
        there = self.c.entry(leader, self.index)
        assert node == self.id != leader == self.newest
        assert self.leading.term >= self.node.term
        assert there is None or there[0] != self.own()[0]
        assert self.leading.log.start < self.index

    def same_term(self):
        others = [
            entry
            for entry in [
                *self.c.committed_at(self.index),
                self.c.entry(self.newest, self.index) if self.newest else None,
            ]
            if entry
        ]
        assert any(
            term == self.own()[0] and command_words(command) != self.own()[1] for term, command in others
        )

    def holders(self, names):
        assert names == [
            each for each in self.c.ids if self.c.entry(each, self.index) == self.c.entry(self.id, self.index)
        ]

    def holders_do_not_count(self, names):
        self.holders(names)
        assert len([each for each in names if each in self.node.voters()]) >= majority(
            len(self.node.voters())
        )

    def others_have(self, names):
        assert names == [each for each in self.c.ids if self.c.log(each).last_index >= self.index]

    def had(self, tick, told):
        lengths = self.c.lengths[self.id]
        assert any(length >= self.index for since, length in lengths if since <= tick)
        assert told
        assert all(length < self.index for since, length in lengths if since > tick)

    def lies(self, node):
        assert node in self.c.story.liars

    # -- What became of the last append ----------------------------------------------------------------------

    def last_append(self, peer, what=None):
        sent = self.c.fates(APPENDS, self.newest, peer, self.leading.term)
        fate, id, due = came_farthest(sent[-1]) if sent else (None, None, None)
        if what:
            assert (
                self.c.trace.messages[id][0]
                == {"append": "AppendEntries", "snapshot": "InstallSnapshot"}[what]
            )
        return fate, id, due

    def never_sent(self, leader, peer):
        assert leader == self.newest
        assert self.last_append(peer)[0] is None

    def append_lost(self, what, peer, why):
        fate, id, _ = self.last_append(peer, what)
        assert fate == "lost"
        assert self.lost_because(id, why)

    def append_flying(self, what, peer, due):
        assert self.is_due(self.last_append(peer, what), due)

    def replies(self, peer, what):
        fate, id, _ = self.last_append(peer, what)
        assert fate == "delivered"
        return [each for each in self.c.delivered[id].sent if type(each).__name__ in ANSWERS]

    def append_unanswered(self, what, peer):
        assert not self.replies(peer, what)

    def append_confirmed(self, what, peer, match=None, fate="delivered", due=None, why=None):
        (reply,) = self.replies(peer, what)
        assert getattr(reply, "success", True)
        assert match in (None, reply.match_index)
        self.reply_fate(reply, fate, due, why)

    def reply_fate(self, reply, fate, due, why):
        sent = [
            came_farthest(each)
            for each in self.c.fates((type(reply).__name__,), reply.src, reply.dst, reply.term)
        ]
        assert any(
            each[0] == fate
            and (due is None or self.is_due(each, due))
            and (why is None or self.lost_because(each[1], why))
            for each in sent
        )

    def append_confirmed_lost(self, what, peer, why):
        self.append_confirmed(what, peer, fate="lost", why=why)

    def append_confirmed_flying(self, what, peer, due):
        self.append_confirmed(what, peer, fate="flying", due=due)

    def append_refused(self, what, peer, match=None, fate="delivered", due=None, why=None):
        (reply,) = self.replies(peer, what)
        assert not reply.success
        self.reply_fate(reply, fate, due, why)

    def append_refused_lost(self, what, peer, why):
        self.append_refused(what, peer, fate="lost", why=why)

    def append_refused_flying(self, what, peer, due):
        self.append_refused(what, peer, fate="flying", due=due)


# Templates that only the drawing of votes uses, or that need a forged snapshot or a rare chance.
RARE = {
    "vote_unasked", "vote_granted", "trial_granted", "unknown_snapshot_only", "candidate_none", "trial_none",
    "append_unanswered", "append_refused", "trial_reply_lost",
}  # fmt: skip
NESTED = {
    "entry",
    "entry_no_term",
    "brief",
    "heard_at",
    "heard_never",
    "lost_crashed",
    "lost_cut",
}  # parts of other sentences
UNSPEAKABLE = ("undefined", "null", "NaN", "[object", "{")


def check(history, by_tick):
    """Replay a history, and compare every answer with the cluster. Return the templates that were seen."""
    seen = set()
    branch = history.branch
    cluster = Witness(branch.story, node_class=branch.cluster.node_class, classes=branch.cluster.classes)
    for tick in range(branch.trace.ticks + 1):
        if tick:
            cluster.tick()
        cluster.look()
        for node, index, said in by_tick.get(tick, ()):
            truth = Truth(cluster, node, index)
            for each in said:
                seen.add(each["id"])
                try:
                    assert not any(hole in each["text"] for hole in UNSPEAKABLE)
                    getattr(truth, each["id"])(**each["data"])
                except Exception as error:
                    answer = " ".join(part["text"] for part in said)
                    where = f"{branch.story.name}, tick {tick}, {node}, index {index}"
                    raise AssertionError(f"{where}: {answer} {each}") from error
    return seen


# -- Every answer, in every story ---------------------------------------------------------------------------------------

QUICK = ("leader_crash", "figure_8", "snapshot", "membership_bug", "paxos_round")
SYSTEMS = (("PreVote",), ("PreVote", "CheckQuorum", "StickyVotes"))


def histories(names):
    """Histories of stories: of the library's, or of the models'."""
    return [History(*SCENES[name]) if name in SCENES else History(load(name)) for name in names]


def untrue(some, folder):
    """Ask everything about these histories, and return the templates that were seen. Raise AssertionError if an answer is untrue."""
    told = zip(some, answers(some, folder), strict=True)
    return set().union(*(check(history, by_tick) for history, by_tick in told))


@pytest.mark.slow
def test_every_answer_in_a_few_stories_is_true(tmp_path):
    assert len(untrue(histories(QUICK), tmp_path)) > 40


@pytest.mark.slow
def test_every_answer_at_every_tick_of_every_story_is_true(tmp_path):
    """For each node and entry, at each tick at which something happened. At other ticks no answer can change."""
    extended = [
        History(replace(load(name), extensions=extensions))
        for extensions in SYSTEMS
        for name in ("rejoin_huge_term", "split_vote", "minority_leader", "leader_crash")
    ]
    everything = [
        *histories([*STORIES, *SCENES]),
        *extended,
        *map(History, [*map(faulty_story, range(12)), *SCENARIOS.values()]),
    ]
    seen = untrue(everything, tmp_path)
    assert set(TEMPLATES) - seen - NESTED - set(REFUSALS) - set(MESSAGES) <= RARE


def test_an_untrue_answer_fails_the_check(tmp_path):
    """One answer is changed, so that it calls a committed entry uncommitted: the check must fail."""
    (history,) = histories(["leader_crash"])
    (by_tick,) = answers([history], tmp_path)
    for said in (said for asked in by_tick.values() for _, _, said in asked):
        if said[0]["id"] == "unknown":
            said[0]["id"] = "leaderless"
    with pytest.raises(AssertionError, match="leader_crash, tick 36, n1, index 1"):
        check(history, by_tick)


# -- Answers that are easily wrong ---------------------------------------------------------------------------------------


def scene(name, *actions, nodes=3, ticks=60, **more):
    """A story in which n1 is the first to ask for votes, and each message takes one tick."""
    return Story(name, name, nodes=nodes, ticks=ticks, goals=(), actions=((0, "set_network", (1, 1)), (1, "time_out", "n1"), *actions), **more)  # fmt: skip


WRITTEN = ((5, "propose", "x=1", "n1"), (8, "crash", "n1"))
SCENARIOS = {
    # The client is answered at tick 7, so the entry is committed. No running node knows it, because TiKV's heartbeats are rare.
    "answered, then the leader crashes": scene("c1", *WRITTEN, (13, "time_out", "n2"), preset="tikv"),
    "a node that lost its disk": scene("no_disk", *WRITTEN, (20, "lose_disk", "n1"), (22, "restart", "n1"), preset="tikv"),
    "a paused leader": scene("paused", (5, "propose", "x=1", "n1"), (7, "pause", "n1"), (9, "pause", "n2"), preset="tikv"),
    "two leaders": scene("two", (5, "isolate", "n1"), (6, "propose", "x=1", "n1"), (10, "time_out", "n2"), (15, "propose", "y=1", "n2"), preset="tikv"),
    "alone with a liar": scene("liar", (10, "partition", ["n1", "n2"], ["n3", "n4", "n5"]), (10, "propose", "x=1", "n1"), nodes=5, liars={"n2": "false_acker"}),
    "removed": scene("removed", (10, "isolate", "n4"), (12, "change_voters", "n1", "n2", "n3"), (30, "heal"), nodes=4, preset="tikv", extensions=("NoOp", "StickyVotes", "Membership")),
}  # fmt: skip
SAID = [
    ("answered, then the leader crashes", 12, "n2", 1, ["Entry 1 (x=1, term 1) is committed; n2 does not know it yet.", "At 0.06 s a majority had stored it in its own term, 1.", "There is no leader now. Only a leader finds out what is committed."]),
    ("answered, then the leader crashes", 12, "n3", 1, ["Entry 1 (x=1, term 1) is committed; n3 does not know it yet."]),
    ("answered, then the leader crashes", 12, "n1", 1, ["Entry 1 (x=1, term 1) is committed. n1 has crashed: if it knew that, it has forgotten it.", "n1 has been down since 0.08 s."]),
    ("answered, then the leader crashes", 12, "n1", 0, ["n1 has crashed, and a crashed node has no role.", "It crashed at 0.08 s. What it has now is what is on its disk.", "It led term 1 until 0.08 s."]),
    ("answered, then the leader crashes", 12, "n2", 0, ["It believes that n1 leads term 1. By now n1 is crashed."]),
    ("answered, then the leader crashes", 12, "n2", 2, ["No node has an entry 2."]),
    ("answered, then the leader crashes", 20, "n2", 1, ["Entry 1 (x=1, term 1) is committed; n2 does not know it yet.", "It is of term 1, and n2 leads term 2: it commits only entries of its own term, and older ones with them."]),
    ("answered, then the leader crashes", 20, "n3", 1, ["Entry 1 (x=1, term 1) is committed; n3 does not know it yet.", "n2, the leader of term 2, does not know it either."]),
    ("a node that lost its disk", 21, "n1", 1, ["Entry 1 (x=1, term 1) is committed, and n1 does not have it.", "It had one until 0.20 s.", "n1 has been down since 0.08 s."]),
    ("a node that lost its disk", 30, "n1", 1, ["Entry 1 (x=1, term 1) is committed, and n1 does not have it.", "It had one until 0.20 s.", "There is no leader now that could send it."]),
    ("a paused leader", 8, "n1", 0, ["n1 is paused. When it goes on, it will still take itself for the leader of term 1.", "It has been paused since 0.07 s."]),
    ("a paused leader", 8, "n2", 0, ["It believes that n1 leads term 1. By now n1 is paused."]),
    ("a paused leader", 10, "n2", 1, ["n2 has been paused since 0.09 s, and hears nothing until it goes on."]),
    ("two leaders", 20, "n1", 0, ["n1 takes itself for the leader, of term 1. Meanwhile n2 leads term 2."]),
    ("two leaders", 20, "n2", 0, ["n2 is the leader of term 2."]),
    ("two leaders", 14, "n1", 1, ["Entry 1 (x=1, term 1) is not committed, and is not in the log of n2, the leader of term 2.", "n1 must know of 2 copies, and knows of 1: n1."]),
    ("two leaders", 20, "n1", 1, ["Entry 1 (x=1, term 1) is not committed: y=1, term 2 is committed at this index.", "n1 has it.", "n1 deletes it when an append of n2 puts another entry in its place."]),
    ("alone with a liar", 14, "n1", 1, ["Entry 1 (x=1, term 1) is not committed: it needs 3 nodes, and n1 knows of 2: n1 and n2.", "n2 lies: what it has confirmed need not be in its log."]),
    ("removed", 40, "n4", 0, ["By the log of n1, the leader of term 1, n4 has no vote. n4 does not know that."]),
    ("removed", 40, "n4", 2, ["and n4 does not have it.", "By the log of n1, the leader of term 1, n4 has no vote."]),
]  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The player's answers in each scenario: name -> tick -> [(node, index, [title, reason, ...])]."""
    some = [History(story) for story in SCENARIOS.values()]
    return dict(zip(SCENARIOS, answers(some, tmp_path_factory.mktemp("scenarios")), strict=True))


@pytest.mark.parametrize(("name", "tick", "node", "index", "sentences"), SAID, ids=[f"{row[0]} {row[2]} {row[3]} at {row[1]}" for row in SAID])  # fmt: skip
def test_answers_that_are_easily_wrong(told, name, tick, node, index, sentences):
    last = max(each for each in told[name] if each <= tick)  # nothing has happened after this tick
    (said,) = [said for other, place, said in told[name][last] if (other, place) == (node, index)]
    text = " ".join(each["text"] for each in said)
    for sentence in sentences:
        assert sentence in text

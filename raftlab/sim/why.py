"""Templates of the player's answers to "why?" and "why not?".

The player must answer without Python, because a page has no kernel. So it gets these templates with the trace, finds
out which of them are true at a moment, and fills them in. All its answers are made from these templates.

In a template, `{name}` stands for a value: a text, a number, or names ("n1, n2 and n3"; "nobody" if there are none).
`{count|vote|votes}` is a value and the word that fits it: "1 vote", "2 votes"; "n1 has", "n1 and n2 have". A value
may itself be a template that was filled in. `{time}` is a time in the unit that the player shows: "0.30 s" or "tick 30".

Whether an entry is committed is a fact, computed from what is on disks (`raftlab.sim.commitment`). The commit index is
what a node knows of that. Where the two differ, the answer says both.
"""

from typing import Any, NamedTuple

from raftlab.sim.verbs import Control


class Template(NamedTuple):
    """A sentence with values to fill in, and the rule behind it, if there is one."""

    text: str
    rule: str = ""


# Why a vote, or a pre-vote, is refused: what follows "n3 refused: ".
REFUSALS = {
    "refusal_term": "it is already in term {term}",
    "refusal_log_term": "its log ends in term {own}, {candidate}'s only in term {its}",
    "refusal_log_length": "its log is longer ({own} against {its}, both ending in term {term})",
    "refusal_own_vote": "it has voted for itself",
    "refusal_other_vote": "it has already voted for {other}",
    "refusal_leads": "it leads itself",
    "refusal_hears": "it hears a leader, {leader}",
    "refusal_hears_some": "it hears a leader",
    "refusal_silent": "it does not say why",
}

# Is a node the leader? The titles, then the reasons.
LEADING = {
    "nobody_leads": Template("Nobody leads here: a node is {roles}."),
    "is_crashed": Template("{node} has crashed, and a crashed node has no role."),
    "is_paused": Template("{node} is paused: it counts no votes and asks for none."),
    "is_paused_leader": Template("{node} is paused. When it goes on, it will still take itself for the leader of term {term}."),
    "leads": Template("{node} is the leader of term {term}."),
    "leads_old": Template("{node} takes itself for the leader, of term {term}. Meanwhile {other} leads term {later}."),
    "leads_beside": Template("{node} leads term {term}, and {others|does|do} so, too: there must never be two leaders of one term.", "P1"),
    "candidate": Template("{node} needs {quorum|vote|votes} in term {term}, and has {count}: {names}."),
    "candidate_none": Template("{node} needs {quorum|vote|votes} in term {term}, and has none that counts."),
    "trial": Template(
        "{node} asks whether it would win term {term}: {quorum|node|nodes} must say that they would vote for it, "
        "and {count|does|do}: {names}."
    ),
    "trial_none": Template(
        "{node} asks whether it would win term {term}: {quorum|node|nodes} must say that they would vote for it, "
        "and none that counts does."
    ),
    "follower": Template("{node} is a follower at {time}, and has not asked for votes in term {term}."),
    "follower_stood": Template("{node} is a follower at {time}."),
    "crashed_at": Template("It crashed at {time}. What it has now is what is on its disk."),
    "paused_at": Template("It has been paused since {time}."),
    "led_until": Template("It led term {term} until {time}."),
    "gave_up": Template("It led term {term} until {time}, and stepped down by itself."),
    "elected_by": Template("Since {time}, with the votes of {names}.", "CA-2"),
    "elected_by_nobody": Template("Since {time}, without the votes of a majority.", "CA-2"),
    "must_hear": Template(
        "It must hear a majority, itself included, in every election timeout. It last heard {heard}.", "CQ-1"
    ),
    "heard_at": Template("{peer} at {time}"),
    "heard_never": Template("{peer} not at all"),
    "no_vote": Template("It has no vote: as its log says, {names|has one|have one each}, and nobody else.", "MC-1"),
    "no_vote_elsewhere": Template(
        "By the log of {leader}, the leader of term {term}, {node} has no vote. {node} does not know that.", "MC-1"
    ),
    "follows": Template(
        "It follows {leader}, the leader of term {term}, and each of its messages resets the timer.", "FO-2"
    ),
    "follows_former": Template("It believes that {leader} leads term {term}. By now {leader} is {state}."),
    "voted": Template("In term {term} it has voted for {candidate}."),
    "timer": Template(
        "Its election timer runs out at {time}, unless it hears from a leader or grants a vote before then.", "FO-2"
    ),
    "stood": Template("It was a candidate in term {term} and did not win."),
    "retry": Template("If no majority comes, it tries again at {time}, in a new term.", "CA-4"),
    "retry_asking": Template("If no majority comes, it tries again at {time}.", "CA-4"),
    "retry_trial": Template("If no majority says yes, it asks again at {time}.", "PV-3"),
}  # fmt: skip

# What happened to a vote, or a pre-vote, that a node asked for.
VOTES = {
    "vote_unasked": Template("{peer} was not asked."),
    "vote_request_lost": Template("The request to {peer} was lost: {why}."),
    "vote_request_flying": Template("The request to {peer} is still on its way{due}."),
    "vote_ignored": Template("{peer} took no notice of the request: {why}."),
    "vote_unanswered": Template("{peer} did not answer."),
    "vote_refused": Template("{peer} refused: {why}."),
    "vote_reply_lost": Template("{peer} voted for {candidate}, but its reply was lost: {why}."),
    "vote_reply_flying": Template("{peer} voted for {candidate}; its reply is on its way{due}."),
    "vote_granted": Template("{peer} voted for {candidate}."),
    "trial_refused": Template("{peer} would not vote for it: {why}."),
    "trial_reply_lost": Template("{peer} would vote for {candidate}, but its reply was lost: {why}."),
    "trial_reply_flying": Template("{peer} would vote for {candidate}; its reply is on its way{due}."),
    "trial_granted": Template("{peer} would vote for {candidate}."),
}  # fmt: skip

# Is an entry of a node committed? First the words for an entry, then the titles, then the reasons.
COMMITTED = {
    "entry": Template("Entry {index} ({command}, {word} {term})"),
    "entry_no_term": Template("Entry {index} ({command})"),
    "brief": Template("{command}, {word} {term}"),
    "undecided": Template("Nothing is decided together here: each node does at once what it is asked."),
    "known": Template("{entry} is {committed}, and {node} knows it."),
    "known_in_snapshot": Template("{entry} is {committed}: it is in {node}'s snapshot."),
    "known_snapshot_only": Template("Entry {index}, which {node} has only as part of a snapshot, is {committed}."),
    "unknown": Template("{entry} is {committed}; {node} does not know it yet."),
    "unknown_crashed": Template("{entry} is {committed}. {node} has crashed: if it knew that, it has forgotten it."),
    "unknown_snapshot_only": Template("{node} has entry {index} only as part of a snapshot, and no entry is {committed} there."),
    "claimed": Template("{entry} is not {committed}, although {node} considers it {committed}."),
    "needs_copies": Template(
        "{entry} is not {committed}: it needs {quorum|node|nodes}, and {leader} knows of {count}: {names}."
    ),
    "needs_first_copy": Template("{entry} is not {committed}: it needs {quorum|node|nodes}, and {leader} knows of none."),
    "older_term": Template("{entry} is not {committed}: {leader} leads term {leading}, and the entry is of an older one."),
    "not_in_leaders_log": Template("{entry} is not {committed}, and is not in the log of {leader}, the leader of term {leading}."),
    "overruled": Template("{entry} is not {committed}: {other} is {committed} at this index."),
    "leaderless": Template("{entry} is not {committed}, and there is no leader."),
    "not_chosen": Template("{entry} is not {committed}: {quorum|node|nodes} must accept it, and {names|has|have}."),
    "missing_committed": Template("{entry} is {committed}, and {node} does not have it."),
    "missing": Template("{node} has no entry {index}."),
    "nowhere": Template("No node has an entry {index}."),
    "known_since": Template("{node} has known it since {time}."),
    "claimed_since": Template("It has done so since {time}."),
    "stored": Template("At {time} a majority had stored it in its own term, {term}.", "LE-4"),
    "stored_later": Template(
        "At {time} a majority had stored entry {later} in its own term, {term}. All entries before it are committed with it.",
        "LE-4",
    ),
    "accepted": Template("At {time} a majority had accepted {word} {term}."),
    "at_the_start": Template("The logs with which the story begins make it {committed}."),
    "down": Template("{node} has been down since {time}."),
    "asleep": Template("{node} has been paused since {time}, and hears nothing until it goes on."),
    "tells": Template("{leader} tells it with the next append or heartbeat that arrives.", "AE-5"),
    "unaware": Template("{leader}, the leader of term {term}, does not know it either."),
    "counts": Template("{leader} must know of {quorum|copy|copies}, and knows of {count}: {names}.", "LE-4"),
    "counts_none": Template("{leader} must know of {quorum|copy|copies}, and knows of none.", "LE-4"),
    "own_term_only": Template(
        "It is of term {term}, and {leader} leads term {leading}: it commits only entries of its own term, and older "
        "ones with them.", "LE-4",
    ),
    "lacks": Template("{leader}, the leader of term {term}, does not have it."),
    "behind": Template("{leader} leads term {leading}, and {node} is in term {term} already: it refuses what {leader} sends.", "AE-1"),
    "no_leader": Template("There is no leader now. Only a leader finds out what is committed.", "LE-4"),
    "not_a_voter": Template("By the log of {leader}, the leader of term {term}, {node} has no vote.", "MC-1"),
    "stays": Template("As long as {leader} leads, it will not send it.", "LE-3"),
    "deletes": Template("{node} deletes it when an append of {leader} puts another entry in its place.", "AE-3"),
    "same_term": Template(
        "The two have the same index and term. Raft compares nothing else, so no append will put this copy right.", "AE-3"
    ),
    "no_sender": Template("There is no leader now that could send it."),
    "holders": Template("{names|has|have} it."),
    "holders_do_not_count": Template(
        "{names|has|have} it. But a majority did not store it in its own term, so it counts as committed only together "
        "with an entry of a later term.", "LE-4",
    ),
    "others_have": Template("{names|has|have} one there."),
    "had": Template("It had one until {time}. {told}"),
    "lies": Template("{node} lies: what it has confirmed need not be in its log."),
    "never_sent": Template("{leader} has not sent {peer} anything yet."),
    "append_lost": Template("The last {what} to {peer} was lost: {why}."),
    "append_flying": Template("The last {what} to {peer} is on its way{due}."),
    "append_unanswered": Template("{peer} received the last {what} and did not answer."),
    "append_confirmed": Template("{peer} has confirmed the last {what}: its log agrees up to entry {match}."),
    "append_confirmed_lost": Template("{peer} has confirmed the last {what}, but its reply was lost: {why}."),
    "append_confirmed_flying": Template("{peer} has confirmed the last {what}; its reply is on its way{due}."),
    "append_refused": Template("{peer} refused the last {what}."),
    "append_refused_lost": Template("{peer} refused the last {what}, but its reply was lost: {why}."),
    "append_refused_flying": Template("{peer} refused the last {what}; its reply is on its way{due}."),
}  # fmt: skip

MESSAGES = {
    "lost_crashed": "{peer} was down",
    "lost_cut": "the link was cut",  # past tense: it may work again by now; the other reasons are worded as in the narration
    "due": " (due at {time})",
    "waits": ", and waits until {peer} goes on: it is paused",
}

TEMPLATES: dict[str, Template] = {
    **{id: Template(text) for id, text in (REFUSALS | MESSAGES).items()},
    **LEADING,
    **VOTES,
    **COMMITTED,
}


def templates() -> dict[str, list[str]]:
    """The templates in the form in which the player gets them: id -> [text, rule]."""
    return {id: list(each) for id, each in TEMPLATES.items()}


# The questions that can be asked about a thing. {committed} is the protocol's word for a committed entry.
_ASK_LEADER = Control(
    "node",
    "why not leader?",
    "y",
    "ask why it leads, or why not",
    "why",
    ("{node}", "leader"),
    needs="leader",
)
QUESTIONS: tuple[tuple[str, Control], ...] = (
    ("ask", _ASK_LEADER._replace(roles=("follower", "candidate", "none"))),
    ("ask", _ASK_LEADER._replace(label="why leader?", roles=("leader",))),
    ("ask", Control("entry", "is it {committed}?", "y", "ask whether it is {committed}, and why", "why",
                    ("{node}", "committed", "{index}"), needs="committed")),
    ("look", Control("node", "see it as {node} does", "A", "", "sight", ("{node}",))),
    ("what_if", Control("message", "what if it had arrived?", "", "", "why", ("{message}",), states=("lost",))),
)  # fmt: skip


def questions() -> list[dict[str, Any]]:
    """The questions, in the form of the controls of verbs. The role of a node without a role is "none"."""
    return [{"verb": ask, **control._asdict()} for ask, control in QUESTIONS]

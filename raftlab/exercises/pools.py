"""The mistakes that can be drawn in each exercise, and the extensions that all nodes there have."""

from raftlab.checks.mutants import EXTENSION_MUTANTS, MUTANTS

KNOWN = MUTANTS | {mutant.name: mutant for mutant in EXTENSION_MUTANTS}

# In each lesson the nodes of "a" can break a property, and those of "b" can miss a goal. There are two exceptions: in 05
# the nodes of "b" can answer a read with an old value, and in 06, where mistakes in PreVote and CheckQuorum break no
# property, the nodes of "a" can hold elections that nobody needs.
POOLS: dict[str, tuple[str, ...]] = {
    "01.a": ("a later term is adopted, but a leader goes on leading", "leader counts its own vote twice",
             "the new term of a candidate is not saved", "votes of the election before are kept",
             "new leader drops its uncommitted entries"),
    "01.b": ("election without term + 1", "vote not cleared on a new term",
             "a new leader takes its own log for everybody's", "a candidate is deaf to later terms"),
    "02.a": ("vote not saved", "grants two votes in one term", "counts refusals", "counts votes as a number",
             "majority is n // 2", "no up-to-date check", "up-to-date compares only length",
             "up-to-date compares only the last term"),
    "02.b": ("candidate never starts a second election",
             "the request tells the commit index instead of the log's end", "vote not cleared on a new term",
             "election without term + 1"),
    "03.a": ("grants two votes in one term", "counts refusals", "majority is n // 2", "counts votes as a number",
             "a candidate does not vote for itself", "a majority of those alive", "counts vote replies of an older term"),
    "03.b": ("candidate never starts a second election", "vote not cleared on a new term", "election without term + 1",
             "a candidate always waits for the shortest timeout", "a candidate is deaf to later terms"),
    "04.a": ("never deletes conflicting entries", "deletes only the entry that conflicts",
             "prev check looks at the index only", "commits without a majority",
             "applies only the newest committed entry", "commits an older term's entry by counting copies"),
    "04.b": ("nextIndex never decremented", "sends log[next + 1:]", "heartbeats skip the prev check",
             "followers never hear what is committed", "a success commits nothing", "the leader does not count itself"),
    "05.a": ("vote not saved", "the vote is not written", "log not saved", "the log is not written",
             "the leader does not save its own entries", "applies on append"),
    "05.b": ("reads without asking", "reads before anything of its own term is committed",
             "an old answer confirms a newer read"),
    "06.a": ("a pre-vote raises the term", "a pre-vote is given although a leader is heard", "refused pre-votes count",
             "one pre-vote is enough", "a leader does not count itself among those it hears"),
    "06.b": ("a leader never doubts", "a pre-voter remembers a leader it no longer hears", "a pre-vote needs everybody's yes",
             "a pre-voter counts only what it knows to be committed"),
    "08.a": ("a majority of those alive", "a candidate does not vote for itself", "an older term takes the term back",
             "the term is not written", "accepts appends of an older term", "the entry before is not checked",
             "match index = its log's length when the reply arrives"),
    "08.b": ("a leader's timer starts elections", "heartbeat slower than the election timeout", "a new leader keeps silent",
             "a leader does not reset the timer", "the entry before is named with the leader's own term",
             "the leader forgets its own copy"),
}  # fmt: skip
RESTLESS = ("06.a",)  # items whose nodes can hold elections that nobody needs
ANYWHERE = ("08",)  # lessons that do not say which method has the mistake
HAVE = {"06": ("PreVote", "CheckQuorum")}  # the extensions that all nodes of a lesson have

"""Answers as learners give them: raftlab's own text of a rule, with one thing changed, as an answer to check."""

import inspect
import textwrap
from functools import cache

from raftlab import check
from raftlab.raft import Raft


def own(name):
    """The textbook's text of a rule."""
    return textwrap.dedent(inspect.getsource(vars(Raft)[name]))


@cache
def judged(name, text):
    """The verdict on an answer, without saving it. Equal answers are judged only once."""
    return check(name, text, progress=None)


RIGHT_VOTE = '''
def on_request_vote(node, msg):
    """Three reasons to refuse, one to grant."""
    late = msg.term < node.term
    taken = node.voted_for not in (None, msg.src)
    worse = (msg.last_log_term, msg.last_log_index) < (node.log.last_term, node.log.last_index)
    if late or taken or worse:
        node.send(RequestVoteReply(node.id, msg.src, node.term, False))
        return
    node.voted_for = msg.src
    node.save()
    node.reset_election_timer()
    node.send(RequestVoteReply(node.id, msg.src, node.term, True))
'''

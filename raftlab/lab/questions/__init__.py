"""The questions of the lessons, as data: one module per lesson."""

from raftlab.lab.questions import (
    beyond,
    cloudflare,
    consensus,
    election,
    find_the_bug,
    liars,
    log_repair,
    partitions,
    paxos,
    replication,
    roles,
    sandbox,
    split_vote,
)
from raftlab.lab.questions.kinds import Choice, Question

__all__ = ["QUESTIONS", "Choice", "Question"]

QUESTIONS: dict[str, Question] = {
    question.id: question
    for lesson in (
        consensus,
        paxos,
        roles,
        election,
        split_vote,
        replication,
        log_repair,
        partitions,
        cloudflare,
        find_the_bug,
        liars,
        beyond,
        sandbox,
    )
    for question in lesson.QUESTIONS
}

"""What each choice of a question claims, as a function that is true or false of a run of the question's story.

A row has a function that makes variants of the story (`variants.py`), a condition that says which variants still fit
the questions (`given`), and for each question the claims of its choices, in the order of the choices. If a question is
about what can happen, or about what a node can know, a variant is several runs that begin in the same way, and a claim
is about all of them.

`words.py` lists the questions that no run can decide, with the reason.
"""

from question_claims import beyond, elections, induction, liars, logs, models, partitions
from question_claims.words import NOT_BY_RUNS

__all__ = ["NOT_BY_RUNS", "ROWS"]

ROWS = (
    *elections.ROWS,
    *logs.ROWS,
    *induction.ROWS,
    *partitions.ROWS,
    *models.ROWS,
    *liars.ROWS,
    *beyond.ROWS,
)

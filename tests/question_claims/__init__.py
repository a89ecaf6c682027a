"""What each choice of a question claims, as something that is so or not in a run of the question's story.

A row: what makes variants of the story (`variants.py`), which of them are its story at all (`given`), and for each
question its choices' claims, in the order of the choices. Where a question is about what may or may not happen, or
about what a node can know, a variant is several runs that begin alike, and the claim speaks about all of them.

A question that no run can decide stands in `words.py`, with the reason.
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

"""Raftlab's own nodes as a program that answers questions: `python -m raftlab.remote PreVote CheckQuorum`.

It is the example to which programs in other languages can be compared.
"""

import sys
from collections.abc import Sequence
from typing import BinaryIO

from raftlab.remote.answers import Speaker, line_of, questions_in
from raftlab.remote.program import VERSION
from raftlab.sim.systems import build


def main(extensions: Sequence[str], questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer lines until there are no more. extensions: those that the nodes have."""
    speaker = Speaker(build(*extensions), build(*extensions))
    questions.readline()  # it says the version
    answers.write(
        line_of(
            {
                "raftlab": VERSION,
                "name": speaker.node_class.__name__,
                "extensions": extensions,
                "states_by_number": True,
            }
        )
    )
    answers.flush()
    for line in questions:
        answers.writelines(speaker.lines(questions_in(line)))
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1:], sys.stdin.buffer, sys.stdout.buffer)

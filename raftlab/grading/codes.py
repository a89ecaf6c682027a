"""The codes of a class: each member's items are drawn from the class list and a secret of the lecturer."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from raftlab.exercises.student import YOUR_NAME, personal_code, seed_of
from raftlab.grading.exercise import Exercise
from raftlab.grading.people import ClassList, Person
from raftlab.grading.submissions import Submission
from raftlab.grading.tables import table
from raftlab.sim.errors import UserError
from raftlab.sim.files import read_file

SHORTEST = 12  # letters of a secret: shorter ones can be guessed from a code
COLUMN = "code"


class Codes(NamedTuple):
    """What everybody's items are drawn from. secret: known to the lecturer only. people: the class list."""

    secret: str
    people: tuple[Person, ...]

    def code(self, person: Person) -> str:
        """What a person writes as `me`. Raises UserError if their name in the list is no name."""
        return personal_code(person.name, self.secret)

    def own(self, submission: Submission, exercise: Exercise) -> Submission:
        """The submission with the items of its own person, whatever its notebook says, and a sentence if that has another code.

        A notebook without any answers needs no code.
        """
        is_blank = all(
            submission.answers[each.item].text.strip() in ("", each.handed_out.strip())
            for each in exercise.asked
        )
        foreign = "" if is_blank else self.foreign(submission.me, submission.person)
        return submission._replace(me=self.code(submission.person), foreign=foreign)

    def foreign(self, me: str, person: Person) -> str:
        """A sentence if a notebook has anything but the code of its person; "" if it does not."""
        if me in ("", YOUR_NAME):
            return f"The notebook of {person.name} has no code. Only the items drawn for {person.name} count."
        try:
            seed = seed_of(me)
        except UserError:  # it is mistyped
            seed = -1
        if seed == seed_of(self.code(person)):
            return ""
        whose = [each.name for each in self.people if seed == seed_of(self.code(each))]
        said = f"the code of {whose[0]}" if whose else f"{me!r}, which is nobody's code,"
        return f"The notebook has {said} instead of the code of {person.name}. Only the items drawn for {person.name} count."


def codes_of(path: Path, people: Sequence[Person]) -> Codes:
    """The codes of a class. path: of the file with the secret. Raises UserError if there is no good secret in it, or nobody in the class."""
    if not people:
        raise UserError(
            "The secret needs the class list, from which the codes were made: give it with --class."
        )
    secret = read_file(path).strip()
    if len(secret) < SHORTEST:
        raise UserError(
            f"The secret in {path} has {len(secret)} characters; it must have at least {SHORTEST}, so that nobody can guess it."
        )
    return Codes(secret, tuple(people))


def make_secret(path: Path) -> bool:
    """Write a new secret to a file that only you can read, unless there is one. Returns whether it was written."""
    try:
        with path.open("x", encoding="utf-8") as file:
            path.chmod(0o600)
            file.write(f"{secrets.token_hex(16)}\n")
    except FileExistsError:
        return False
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}.") from None
    return True


def codes_csv(listed: ClassList, codes: Codes) -> str:
    """The class list with one more column: what everybody writes as `me`. Raises UserError if a name in it is no name."""
    columns = [each for each in listed.columns if each != COLUMN]
    rows = [(*(row[each] for each in columns), codes.code(person)) for person, row in listed.rows if person]
    return table((*columns, COLUMN), rows)

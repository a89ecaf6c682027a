"""A learner's name becomes a seed, so that each learner gets different questions, and gets the same ones every time."""

import hashlib
import hmac
import re
import unicodedata
from random import Random

from raftlab.sim.errors import UserError, in_short

YOUR_NAME = "your name"  # the text in an exercise until the learner writes a name
MARK = "#"  # begins the code of a member of a class
NOT_IN_A_NAME = rf'[{MARK}"\\]'  # a name stands in quotation marks, before its code
LETTERS, CHECK = 8, 2  # of a code, and of what checks it


def seed_of(me: str) -> int:
    """The seed of a name; capitals and spaces at the ends do not matter. If a class code follows the name, only the code counts.

    Raises UserError if it is no name, or if the code is mistyped.

    >>> seed_of("Ada Lovelace") == seed_of(" ada lovelace ")
    True
    """
    name = " ".join(me.split()).casefold() if isinstance(me, str) else ""
    if not name or name == YOUR_NAME:
        raise UserError(
            f'Write your own name first, such as me = "Ada Lovelace". The faulty nodes and the questions are drawn from it; {in_short(me)} is not a name.'
        )
    _, mark, code = name.partition(MARK)
    if mark and code != with_check(code[:-CHECK]):
        raise UserError(
            f"The code after the {MARK} in {in_short(me)} is mistyped: copy it again as you were given it. If you learn on your own, write only your name, without a {MARK}."
        )
    return int(digest(code or name)[:12], 16)


def personal_code(name: str, secret: str) -> str:
    """A name for a member of a class: nobody without the secret can find out in advance what is drawn from it.

    It is the name with a code after it, and the member writes it as `me`. The code is an HMAC of the name, for which
    capitals and the order of words do not matter, so the lecturer can make it again from the class list. Its last two
    letters are a check, so that a mistyped code is noticed. Learners on their own write only their name.

    Raises UserError if the name is no name, or the secret is empty.

    >>> personal_code("Ada Lovelace", "a secret of this term")
    'Ada Lovelace #bb27ea6842'
    """
    if not isinstance(secret, str) or not secret:
        raise UserError(f"The secret of a class is a text that only the lecturer knows, not {secret!r}.")
    plain = " ".join(re.sub(NOT_IN_A_NAME, " ", name).split()) if isinstance(name, str) else name
    seed_of(plain)
    code = hmac.new(secret.encode(), folded(plain).encode(errors="surrogatepass"), hashlib.sha256).hexdigest()
    return f"{plain} {MARK}{with_check(code[:LETTERS])}"


def with_check(code: str) -> str:
    """A code with the letters that check it."""
    return code + digest(code)[:CHECK]


def digest(text: str) -> str:
    """A long number that belongs to a text, in hexadecimal digits."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def folded(name: str) -> str:
    """A name in the form in which names are compared: capitals and the order of its words do not matter."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(sorted(re.split(r"[\s,._]+", plain))).strip()


class NoName(str):
    """A sentence that is shown instead of what a name draws, until the learner has written a name."""

    def __repr__(self) -> str:
        return str(self)


NO_NAME = NoName(
    'Write your own name in the cell above, such as me = "Ada Lovelace". Run that cell, and then this one again.'
)


def dice_of(me: str, what: str) -> Random:
    """The dice of a learner's name. what: the thing that they draw; each thing has its own dice."""
    return Random(f"{seed_of(me)} {what}")

"""A learner's name becomes a seed, so that each learner gets different questions, and gets the same ones every time."""

import hashlib
import hmac
from random import Random

from raftlab.sim.errors import UserError, in_short

YOUR_NAME = "your name"  # the text in an exercise until the learner writes a name


def seed_of(me: str) -> int:
    """The seed of a name; capitals and spaces at the ends do not matter. Raises UserError if it is no name.

    >>> seed_of("Ada Lovelace") == seed_of(" ada lovelace ")
    True
    """
    name = " ".join(me.split()).casefold() if isinstance(me, str) else ""
    if not name or name == YOUR_NAME:
        raise UserError(
            f'Write your own name first, such as me = "Ada Lovelace". The wrong nodes and the questions are drawn from it; {in_short(me)} is not a name.'
        )
    return int(hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:12], 16)


def personal_code(name: str, secret: str) -> str:
    """A name for a member of a class: nobody without the secret can find out in advance what is drawn from it.

    It is the name with a code (an HMAC) after it, and the member writes it as `me`. The lecturer can make it again, and
    compare it with the name in a submission. Learners on their own write only their name.

    Raises UserError if the name is no name, or the secret is empty.

    >>> personal_code("Ada Lovelace", "a secret of this term")
    'Ada Lovelace #dae779144b'
    """
    if not isinstance(secret, str) or not secret:
        raise UserError(f"The secret of a class is a text that only the lecturer knows, not {secret!r}.")
    code = hmac.new(secret.encode(), str(seed_of(name)).encode(), hashlib.sha256).hexdigest()
    return f"{' '.join(name.split())} #{code[:10]}"


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

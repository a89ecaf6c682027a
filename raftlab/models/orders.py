"""The messages of the Byzantine generals: their record, and the two algorithms.

A *chain* identifies a message by the generals on its path, the receiver last: in ("C", "L1", "L2") L1 tells
L2 about the order that it received from C. For the source and the use see `raftlab.models.generals`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import NamedTuple

from raftlab.sim.errors import UserError, check_name, check_number

ATTACK, RETREAT = "attack", "retreat"
ORDERS = (ATTACK, RETREAT)
MOST_GENERALS = 10
Chain = tuple[str, ...]
Word = str | tuple[str, ...] | None  # an order; None: silence; with signatures also a pair of orders
Lies = Mapping[Chain, Word] | str


class Said(NamedTuple):
    """One message: its round, the path of the order so far, the receiver, and what it says.

    value: the order, or None if a traitor is silent. lie: a loyal general would have said something else.
    forged: a signature is false; the receiver notices that and ignores the message.
    """

    round: int
    path: Chain
    dst: str
    value: str | None
    lie: bool = False
    forged: bool = False

    @property
    def src(self) -> str:
        """The sender."""
        return self.path[-1]

    def sentence(self) -> str:
        """The message in words.

        >>> Said(2, ("C", "L1"), "L2", "attack").sentence()
        'Round 2: L1 tells L2 that C said attack.'
        """
        told = " that ".join(f"{general} said" for general in reversed(self.path[:-1]))
        what = f"that {told} {self.value}" if told else f"to {self.value}"
        words = f"tells {self.dst} {what}" if self.value else f"keeps silent to {self.dst}"
        remark = (
            " (forged, and not believed)" if self.forged else " (a lie)" if self.lie and self.value else ""
        )
        return f"Round {self.round}: {self.src} {words}{remark}."


@dataclass(frozen=True)
class Outcome:
    """One run: its messages, and what each loyal lieutenant did at the end.

    said: all messages, in the order of their rounds. decisions: loyal lieutenant -> its order.
    """

    generals: tuple[str, ...]
    traitors: tuple[str, ...]
    order: str
    m: int
    signed: bool
    said: tuple[Said, ...]
    decisions: dict[str, str]

    @property
    def ic1(self) -> bool:
        """Do all loyal lieutenants the same?"""
        return len(set(self.decisions.values())) == 1

    @property
    def ic2(self) -> bool:
        """Do they do what the commander said? True if the commander is a traitor: then IC2 demands nothing."""
        return self.generals[0] in self.traitors or set(self.decisions.values()) == {self.order}

    def verdict(self) -> list[str]:
        """IC1 and IC2 as one sentence each."""
        does = ", ".join(f"{general} {order}s" for general, order in self.decisions.items())
        if len(self.decisions) > 1 and self.ic1:
            does = f"all loyal lieutenants {next(iter(self.decisions.values()))}"
        if self.generals[0] in self.traitors:
            second = "IC2 asks nothing here: the commander is a traitor"
        elif self.ic2:
            second = f"IC2 holds: the loyal commander said {self.order}, and {does}"
        else:
            second = f"IC2 is broken: the loyal commander said {self.order}, but {does}"
        if len(self.decisions) == 1:
            first = "IC1 holds: only one lieutenant is loyal, so no two can differ"
        else:
            first = f"IC1 {'holds' if self.ic1 else 'is broken'}: {does}"
        return [f"{first}.", f"{second}."]

    def table(self) -> list[str]:
        """All messages as sentences, in the order of their rounds."""
        return [said.sentence() for said in self.said]


class Model:
    """What both algorithms have in common: the generals, the lies, and the record."""

    words: tuple[Word, ...] = ORDERS  # what a traitor may say in one message
    is_signed = False

    def __init__(self, generals: int, traitors: Collection[str], order: str, m: int, lies: Lies):
        check_number("the number of generals", generals, 2, MOST_GENERALS)
        self.generals = ("C", *(f"L{number}" for number in range(1, generals)))
        if isinstance(traitors, str) or not isinstance(traitors, Collection):
            raise UserError(f"The traitors must be a list such as ['L2'], not {traitors!r}.")
        named = [check_name("general", traitor, self.generals) for traitor in traitors]
        self.traitors = tuple(general for general in self.generals if general in named)
        self.loyal = [general for general in self.generals[1:] if general not in named]
        if not self.loyal:
            raise UserError("At least one lieutenant must be loyal: IC1 and IC2 demand nothing of traitors.")
        self.order = check_name("order", order, ORDERS)
        self.m = check_number("m", m, 0, generals - 2)
        self.lies = self._checked(lies)
        self.said: list[Said] = []

    def traitors_chains(self) -> list[Chain]:
        """Every message that a traitor could send."""
        return [chain for chain in self.chains() if chain[-2] in self.traitors]

    def chains(self) -> Iterator[Chain]:
        """Every message that a general could send. No general is in a chain twice."""
        commander, *others = self.generals
        for length in range(1, self.m + 2):
            for rest in permutations(others, length):
                yield (commander, *rest)

    def run(self) -> Outcome:
        """Run the algorithm."""
        decisions = self.decide()
        return Outcome(
            self.generals, self.traitors, self.order, self.m, self.is_signed,
            tuple(sorted(self.said, key=lambda said: said.round)),
            {general: decisions[general] for general in self.loyal},
        )  # fmt: skip

    def decide(self) -> dict[str, str]:
        """What each lieutenant does at the end."""
        raise NotImplementedError

    def _checked(self, lies: Lies) -> dict[Chain, Word]:
        if isinstance(lies, str):
            check_name("order", lies, ORDERS)
            return dict.fromkeys(self.traitors_chains(), lies)
        if not isinstance(lies, Mapping):
            raise UserError(f"Lies must be like {{('C', 'L1', 'L2'): 'retreat'}}, not {lies!r}.")
        known = set(self.traitors_chains())
        for chain, word in lies.items():
            if chain not in known:
                raise UserError(f"No traitor sends a message {chain!r} here, so there can be no lie in it.")
            if word not in self.words and word is not None:
                raise UserError(f"In one message a traitor can say {_listed(self.words)}, not {word!r}.")
        return dict(lies)


class Oral(Model):
    """OM(m): oral messages. (Section 3)"""

    def decide(self) -> dict[str, str]:
        """Begin with the commander, who gives the order."""
        return self.spread(self.generals[:1], self.order, list(self.generals[1:]), self.m)

    def spread(self, path: Chain, value: str, lieutenants: list[str], m: int) -> dict[str, str]:
        """OM(m): the last general on the path sends a value to the lieutenants. Returns what each takes it to be."""
        told = {each: self.tell(path, each, value) for each in lieutenants}
        if m == 0:
            return told
        passed_on = {
            each: self.spread((*path, each), told[each], [other for other in lieutenants if other != each], m - 1)
            for each in lieutenants
        }  # fmt: skip
        return {
            each: _majority([told[each], *(passed_on[other][each] for other in lieutenants if other != each)])
            for each in lieutenants
        }  # fmt: skip

    def tell(self, path: Chain, dst: str, value: str) -> str:
        """Send one message; return the order that its receiver takes from it."""
        word = self.lies.get((*path, dst), value)
        assert not isinstance(word, tuple)
        self.said.append(Said(len(path), path, dst, word, lie=word != value))
        return word or RETREAT


class Signed(Model):
    """SM(m): signed messages. (Section 4)"""

    words = (ATTACK, RETREAT, ORDERS, None)
    is_signed = True

    def decide(self) -> dict[str, str]:
        """Go round by round: a message of round r has r signatures. (SM(m), section 4)"""
        seen: dict[str, list[str]] = {general: [] for general in self.generals[1:]}
        # What each general has signed by the rules: the order, and the path up to its own name.
        signed_by_rule: set[tuple[str, Chain]] = {(self.order, self.generals[:1])}
        chains = list(self.chains())
        for round in range(1, self.m + 2):
            fresh: set[tuple[str, Chain]] = set()
            for chain in (each for each in chains if len(each) == round + 1):
                for value in self.tell(chain, round, signed_by_rule):
                    if value not in seen[chain[-1]]:
                        seen[chain[-1]].append(value)
                        fresh.add((value, chain))
            signed_by_rule |= fresh
        return {general: orders[0] if len(orders) == 1 else RETREAT for general, orders in seen.items()}

    def tell(self, chain: Chain, round: int, signed_by_rule: set[tuple[str, Chain]]) -> list[str]:
        """Send the message of a chain; return the orders in it that its receiver believes."""
        path, dst = chain[:-1], chain[-1]
        honest = [value for value in ORDERS if (value, path) in signed_by_rule]
        word = self.lies.get(chain, tuple(honest))
        values = [word] if isinstance(word, str) else list(word or ())
        believed = []
        for value in values:
            # The loyal generals on the path must have signed exactly this; traitors sign anything.
            genuine = all(
                (value, path[: place + 1]) in signed_by_rule
                for place, general in enumerate(path)
                if general not in self.traitors
            )
            self.said.append(Said(round, path, dst, value, value not in honest, not genuine))
            believed += [value] if genuine else []
        if honest and not values:
            self.said.append(Said(round, path, dst, None, lie=True))
        return believed


def _majority(orders: list[str]) -> str:
    """The order that more than half say; with a tie, retreat."""
    return ATTACK if 2 * orders.count(ATTACK) > len(orders) else RETREAT


def _listed(words: Iterable[Word]) -> str:
    return ", ".join("silence (None)" if word is None else repr(word) for word in words)

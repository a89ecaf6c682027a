"""The Byzantine generals: what traitors can do to an agreement, with spoken and with signed orders.

A commander gives one order to its lieutenants, who tell each other what they were told. Two things
are wanted: all loyal lieutenants do the same (IC1), and if the commander is loyal, they do what it
said (IC2). Source: L. Lamport, R. Shostak, M. Pease, "The Byzantine Generals Problem", TOPLAS 4(3),
1982: spoken orders are its algorithm OM(m), signed ones its SM(m).

The commander is C, the lieutenants are L1, L2, ... Lies are data: who says what to whom, in which
message. So every lie can be enumerated.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import product
from random import Random
from typing import NamedTuple

from raftlab.models.orders import ORDERS, RETREAT, Lies, Model, Oral, Outcome, Signed
from raftlab.sim.errors import UserError, check_number, told, type_of

MOST_ADVERSARIES = 2**18  # some 20 seconds
COUNTED = "count counts runs, such as every_lie(4, ['L3'], 'attack', 1) makes"


class Tally(NamedTuple):
    """Many runs counted. outcomes: what the loyal lieutenants did, in their order -> how often."""

    adversaries: int
    ic1_broken: int
    ic2_broken: int
    outcomes: dict[tuple[str, ...], int]

    def __str__(self) -> str:
        """The counts in words.

        >>> print(count(every_lie(3, ["L2"], "attack", 1)))
        2 ways to lie: IC1 broken by 0, IC2 by 1. The loyal do: attack (1), retreat (1).
        """
        done = ", ".join(f"{_together(orders)} ({often})" for orders, often in self.outcomes.items())
        broken = f"IC1 broken by {self.ic1_broken}, IC2 by {self.ic2_broken}"
        return f"{self.adversaries} ways to lie: {broken}. The loyal do: {done}."


def _together(orders: tuple[str, ...]) -> str:
    """What several did, in words."""
    return f"all {orders[0]}" if len(orders) > 1 == len(set(orders)) else " and ".join(orders)


@told
def oral(generals: int, traitors: Collection[str], order: str, m: int, lies: Lies = RETREAT) -> Outcome:
    """One run of OM(m): orders are spoken, and who passes one on can change it. (Section 3)

    OM(0): the commander tells everyone, who believe it. OM(m): each lieutenant passes on what it was
    told, as the commander of an OM(m-1) among the others, and does what the majority of all it has
    heard says; a tie, and silence, count as retreat.

    Args:
        generals: how many, the commander included: 2 to 10.
        traitors: who they are, of "C", "L1", "L2", ...; at least one lieutenant is loyal.
        order: "attack" or "retreat"; what a loyal commander tells everyone.
        m: how many traitors it is to bear: from 0 to the number of lieutenants - 1; m + 1 rounds.
        lies: chain -> what the traitor says there, None being silence; elsewhere it is honest. Or one
            order that all traitors always say.

    Raises:
        UserError: there is no such general or order, or a lie is no traitor's.

    Example:
        >>> oral(3, ["L2"], "attack", 1, "retreat").verdict()[1]
        'IC2 is broken: the loyal commander said attack, but L1 retreats.'
    """
    return Oral(generals, traitors, order, m, lies).run()


@told
def signed(generals: int, traitors: Collection[str], order: str, m: int, lies: Lies = RETREAT) -> Outcome:
    """One run of SM(m): orders are signed, and a loyal general's signature cannot be forged. (Section 4)

    The commander signs its order. Whoever gets an order that is new to it, with fewer than m + 1
    signatures, adds its own and passes it on to all who have not signed. At the end, one who has seen
    exactly one order does that; two orders, or none, mean retreat. A message counts only in the round
    that has the number of its signatures. Traitors may sign for each other. It tolerates m traitors
    among any number of generals from m + 2 on.

    Args: as for `oral`; a lie may also be both orders, as a tuple.

    Raises:
        UserError: as `oral`.

    Example:
        >>> signed(3, ["L2"], "attack", 1, "retreat").decisions
        {'L1': 'attack'}
    """
    return Signed(generals, traitors, order, m, lies).run()


@told
def every_lie(
    generals: int, traitors: Collection[str], order: str, m: int, signatures: bool = False
) -> Iterator[Outcome]:
    """The run for each adversary: each choice of what traitors say, in every message they could send.

    A spoken message says attack or retreat (silence counts as retreat, so it adds nothing); a signed
    one attack, retreat, both or nothing, forgeries included. Arguments as for `oral`.

    Raises:
        UserError: as `oral`; or there are more than 262,144 adversaries: then take `random_lies`.

    Example:
        >>> count(every_lie(3, ["C"], "attack", 1)).outcomes
        {('attack', 'attack'): 1, ('retreat', 'retreat'): 3}
    """
    model: type[Model] = Signed if signatures else Oral
    chains = model(generals, traitors, order, m, RETREAT).traitors_chains()
    if len(model.words) ** len(chains) > MOST_ADVERSARIES:
        raise UserError(
            f"The traitors send {len(chains)} messages, so there are {len(model.words)} to the power of "
            f"{len(chains)} adversaries: too many to try all; take random_lies."
        )
    for words in product(model.words, repeat=len(chains)):
        yield model(generals, traitors, order, m, dict(zip(chains, words, strict=True))).run()


@told
def random_lies(
    generals: int, traitors: Collection[str], order: str, m: int, runs: int, seed: int = 1
) -> Iterator[Outcome]:
    """So many runs of OM(m) in which traitors toss a coin for every word. Arguments as for `oral`.

    Example:
        >>> count(random_lies(4, ["L3"], "attack", 1, runs=50)).ic2_broken
        0
    """
    check_number("the number of runs", runs, 1)
    check_number("the seed", seed, 0)
    random = Random(f"{seed}/generals")
    chains = Oral(generals, traitors, order, m, RETREAT).traitors_chains()
    for _ in range(runs):
        lies = {chain: ORDERS[int(random.random() * 2)] for chain in chains}
        yield oral(generals, traitors, order, m, lies)


@told
def count(outcomes: Iterable[Outcome]) -> Tally:
    """How many of these runs break IC1 and IC2, and what the loyal lieutenants do how often.

    Args:
        outcomes: runs, such as those of `every_lie` and `random_lies`.

    Raises:
        UserError: these are no runs.

    Example:
        >>> count([oral(3, ["L2"], "attack", 1, "retreat")])
        Tally(adversaries=1, ic1_broken=0, ic2_broken=1, outcomes={('retreat',): 1})
    """
    if not isinstance(outcomes, Iterable):
        raise UserError(f"{COUNTED}, not {type_of(outcomes)}.")
    adversaries, ic1_broken, ic2_broken = 0, 0, 0
    seen: Counter[tuple[str, ...]] = Counter()
    for outcome in outcomes:
        if not isinstance(outcome, Outcome):
            raise UserError(f"{COUNTED}, and among these is {type_of(outcome)}.")
        adversaries += 1
        ic1_broken += not outcome.ic1
        ic2_broken += not outcome.ic2
        seen[tuple(outcome.decisions.values())] += 1
    return Tally(adversaries, ic1_broken, ic2_broken, dict(sorted(seen.items())))


@told
def message_count(generals: int, m: int) -> int:
    """How many messages OM(m) sends among so many generals: (n-1)(1 + (n-2)(1 + (n-3)(...))).

    >>> [message_count(3, 1), message_count(4, 1), message_count(7, 2)]
    [4, 9, 156]
    """
    check_number("the number of generals", generals, 2)
    check_number("m", m, 0, generals - 2)
    below = message_count(generals - 1, m - 1) if m else 0
    return (generals - 1) * (1 + below)

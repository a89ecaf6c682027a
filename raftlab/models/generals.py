"""The Byzantine generals: how traitors can prevent agreement, with oral and with signed messages.

A commander sends an order to its lieutenants, who pass on to each other what they have received. Two
conditions are to hold: all loyal lieutenants do the same (IC1), and if the commander is loyal, they do
what it said (IC2). Source: L. Lamport, R. Shostak, M. Pease, "The Byzantine Generals Problem", TOPLAS
4(3), 1982: OM(m) is its algorithm for oral messages, SM(m) the one for signed messages.

The commander is C, the lieutenants are L1, L2, ... Lies are data: message -> what is said in it. So all
possible lies can be enumerated.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import product
from random import Random
from typing import NamedTuple

from raftlab.models.orders import ORDERS, RETREAT, Lies, Model, Oral, Outcome, Signed
from raftlab.sim.errors import UserError, check_number, checks_call, type_of

MOST_ADVERSARIES = 2**18  # their runs take some 20 seconds
COUNTED = "count counts runs, such as every_lie(4, ['L3'], 'attack', 1) makes"


class Tally(NamedTuple):
    """Counts over many runs. outcomes: what the loyal lieutenants did, in their order -> how often."""

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
    """The orders that several lieutenants carried out, in words."""
    return f"all {orders[0]}" if len(orders) > 1 == len(set(orders)) else " and ".join(orders)


@checks_call
def oral(generals: int, traitors: Collection[str], order: str, m: int, lies: Lies = RETREAT) -> Outcome:
    """One run of OM(m): messages are oral, and a general who passes an order on can change it. (Section 3)

    OM(0): the commander sends its order to all lieutenants, and they believe it. OM(m): each lieutenant also
    passes on what it has received, as the commander of an OM(m-1) among the others, and then does what the
    majority of the orders that it has heard says. A tie counts as retreat, and so does silence.

    Args:
        generals: the number of generals, including the commander: 2 to 10.
        traitors: the traitors, from "C", "L1", "L2", ...; at least one lieutenant must be loyal.
        order: "attack" or "retreat": the order of a loyal commander.
        m: the number of traitors to tolerate, from 0 to the number of lieutenants - 1; there are m + 1 rounds.
        lies: chain -> what the traitor says in this message (None: it is silent); in all other messages it is
            honest. Or one order that all traitors always say.

    Raises:
        UserError: there is no such general or order, or a lie is in a message that no traitor sends.

    Example:
        >>> oral(3, ["L2"], "attack", 1, "retreat").verdict()[1]
        'IC2 is broken: the loyal commander said attack, but L1 retreats.'
    """
    return Oral(generals, traitors, order, m, lies).run()


@checks_call
def signed(generals: int, traitors: Collection[str], order: str, m: int, lies: Lies = RETREAT) -> Outcome:
    """One run of SM(m): messages are signed, and a loyal general's signature cannot be forged. (Section 4)

    The commander signs its order. A lieutenant that receives an order that is new to it, with fewer than
    m + 1 signatures, adds its own signature and passes it on to all who have not signed it. At the end, a
    lieutenant that has seen exactly one order does it; with two orders, or none, it retreats. A message with
    r signatures counts only in round r. Traitors may sign for each other. SM(m) tolerates m traitors among
    any number of generals from m + 2 on.

    Args: as for `oral`; a lie may also be both orders, as a tuple.

    Raises:
        UserError: as `oral`.

    Example:
        >>> signed(3, ["L2"], "attack", 1, "retreat").decisions
        {'L1': 'attack'}
    """
    return Signed(generals, traitors, order, m, lies).run()


@checks_call
def every_lie(
    generals: int, traitors: Collection[str], order: str, m: int, signatures: bool = False
) -> Iterator[Outcome]:
    """The runs of all adversaries: of all combinations of what traitors say in the messages that they could send.

    An oral message says attack or retreat (silence counts as retreat, so it adds nothing); a signed message says
    attack, retreat, both or nothing, and may be forged. Arguments as for `oral`.

    Raises:
        UserError: as `oral`; or there are more than 262,144 adversaries; then use `random_lies`.

    Example:
        >>> count(every_lie(3, ["C"], "attack", 1)).outcomes
        {('attack', 'attack'): 1, ('retreat', 'retreat'): 3}
    """
    model: type[Model] = Signed if signatures else Oral
    chains = model(generals, traitors, order, m, RETREAT).traitors_chains()
    if len(model.words) ** len(chains) > MOST_ADVERSARIES:
        raise UserError(
            f"The traitors send {len(chains)} messages, so there are {len(model.words)} to the power of "
            f"{len(chains)} adversaries, too many to try all; use random_lies."
        )
    for words in product(model.words, repeat=len(chains)):
        yield model(generals, traitors, order, m, dict(zip(chains, words, strict=True))).run()


@checks_call
def random_lies(
    generals: int, traitors: Collection[str], order: str, m: int, runs: int, seed: int = 1
) -> Iterator[Outcome]:
    """Runs of OM(m) in which traitors choose what they say at random. Arguments as for `oral`.

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


@checks_call
def count(outcomes: Iterable[Outcome]) -> Tally:
    """Count how many runs break IC1 and IC2, and how often the loyal lieutenants do what.

    Args:
        outcomes: runs, such as those of `every_lie` and `random_lies`.

    Raises:
        UserError: a value is not a run.

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


@checks_call
def message_count(generals: int, m: int) -> int:
    """The number of messages of OM(m) among n generals: (n-1)(1 + (n-2)(1 + (n-3)(...))).

    >>> [message_count(3, 1), message_count(4, 1), message_count(7, 2)]
    [4, 9, 156]
    """
    check_number("the number of generals", generals, 2)
    check_number("m", m, 0, generals - 2)
    below = message_count(generals - 1, m - 1) if m else 0
    return (generals - 1) * (1 + below)

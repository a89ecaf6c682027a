"""Checks of a state machine with sessions: the right answer to each command of a log. (thesis 6.3)"""

from itertools import product
from random import Random
from typing import NamedTuple

from raftlab.checks.failure import FELL_OVER, Failure, NodeError, fell_over
from raftlab.kv import KeyValue

ALPHABET = ("open", "s1.1 x+=1", "s1.2 x+=2", "s2.1 x+=3", "x?")
LONGEST = 4  # commands, in the exhaustive check


class Told(NamedTuple):
    """A log as a check: the machine must give the same answer to each command as the reference.

    saved: after how many commands the machine's state is saved and another machine goes on with it; 0: never.
    most: the most sessions that are kept. central: whether the log shows what sessions are for: each new command is carried
    out, and none is carried out twice.
    """

    expectation: str
    commands: tuple[str, ...]
    saved: int = 0
    most: int = 100
    rule: str = ""
    seed: int | None = None
    central: bool = False

    @property
    def name(self) -> str:
        """What it requires."""
        return self.expectation

    def run(self, machine: type[KeyValue]) -> Failure | None:
        """What a machine of this class does wrong with the log; None if nothing."""
        should, _ = self._played(KeyValue)
        try:
            did, _ = self._played(machine)
            place = next(
                (at for at, pair in enumerate(zip(did, should, strict=True)) if pair[0] != pair[1]), None
            )
            if place is None:
                return None
            said, wanted = f"tells the client {did[place]!r}", f"tell the client {should[place]!r}"
        except (NodeError, *FELL_OVER) as error:
            place, wanted = len(self.commands) - 1, f"tell the clients {', '.join(map(repr, should))}"
            said = str(error) if isinstance(error, NodeError) else fell_over(error)
        return Failure(self.rule, self.expectation, self.commands[: place + 1], wanted, said, seed=self.seed)

    def carries_out_others(self, machine: type[KeyValue]) -> bool:
        """Does a machine of this class carry out other commands than the reference? Then it ends with other values."""
        try:
            return self._played(machine)[1] != self._played(KeyValue)[1]
        except (NodeError, *FELL_OVER):
            return False

    def _played(self, machine: type[KeyValue]) -> tuple[list[str | None], dict[str, str]]:
        """The answers to the clients, and the values at the end."""
        now, told = machine(), []
        now.most_sessions = self.most
        for number, command in enumerate(self.commands, start=1):
            told.append(now.apply(command))
            if number == self.saved:
                state, now = now.save(), machine()
                now.most_sessions = self.most
                now.restore(state)
        return told, now.values


ROWS = (
    Told("A new command is carried out and answered.", ("open", "s1.1 x=5", "s1.2 x?", "x?"), central=True),
    Told("A command that arrives twice is carried out once, and gets the same answer again.", ("open", "s1.1 x+=2", "s1.1 x+=2", "x?"), central=True),
    Told("A read that arrives twice gets the same answer again.",
        ("open", "s1.1 x?", "x=7", "s1.1 x?", "s1.2 x?")),
    Told("Each session counts its commands separately.", ("open", "open", "s1.1 x+=1", "s2.1 x+=2", "s2.1 x+=2", "x?"), central=True),
    Told("A late copy of an older command does nothing, and is answered that it is stale.",
        ("open", "s1.1 x=1", "s1.2 x=2", "s1.1 x=1", "x?"), central=True),
    Told("Numbers may be skipped: a command with a newer number is carried out.", ("open", "s1.3 x=3", "s1.9 x+=9", "s1.3 x=3", "x?"), central=True),
    Told("A command of a session that was never opened is not carried out.", ("s7.1 x=5", "x?")),
    Told("A repeated command is recognised even after a snapshot.", ("open", "s1.1 x+=2", "s1.1 x+=2", "x?"), saved=2, central=True),
    Told("If there are too many sessions, the one that was used least recently is forgotten.",
        ("open", "open", "s1.1 x=1", "open", "s2.1 x=2", "s1.2 x?"), most=2),
    Told("A repeated command counts as use of its session.",
        ("open", "open", "s1.1 x=1", "s2.1 x=2", "s1.1 x=1", "open", "s1.2 x?", "s2.2 x=5"), most=2),
)  # fmt: skip


def random_log(seed: int) -> Told:
    """Forty commands of three clients, many of them repeated, with a snapshot at a random place."""
    dice = Random(f"sessions/{seed}")
    commands = ["open", "open"]
    for number in range(40):
        session, serial = 1 + int(dice.random() * 3), 1 + int(dice.random() * (1 + number // 4))
        what = ("x?", f"x+={number}", f"x={number}", "y?", f"y+={number}")[int(dice.random() * 5)]
        commands.append(f"s{session}.{serial} {what}" if dice.random() < 0.9 else "open")
    sentence = "However often clients repeat a command, it is carried out once."
    return Told(sentence, tuple(commands), saved=1 + int(dice.random() * 40), most=3, seed=seed)


RANDOM = tuple(random_log(seed) for seed in range(1, 21))


class EveryLog(NamedTuple):
    """Tries every log of up to LONGEST commands of two sessions, the shortest first."""

    name: str = f"every log of up to {LONGEST} commands"
    rule: str = ""

    def run(self, machine: type[KeyValue]) -> Failure | None:
        """What a machine of this class does wrong with the first log that it answers wrongly; None if there is none."""
        for length in range(1, LONGEST + 1):
            for commands in product(ALPHABET, repeat=length):
                if found := Told("In no log is a command carried out twice.", commands).run(machine):
                    return found
        return None

"""The replicated machine of all examples: a map from keys to values, and the sessions of its clients.

Commands are text, so that they read well in a log cell:

    x?       get: what is under x            "5", or "nothing"
    x=5      put 5 under x                   "ok"
    x+=5     append 5 to what is there       "ok"
    x:5->6   put 6 if 5 is there (cas)       "ok", or "no, x is 7"
    open     open a session                  "s1", "s2", ...: its name, never given twice
    s1.3 x=5     the third command of session s1: done once, however often it stands in the log

Anything else is a command whose meaning is of no interest and whose result is nothing.

Why sessions (thesis 6.3): a client that gets no answer asks again, and its command may then stand in
the log twice. Of each session the machine remembers the last serial number and what it answered: a
repetition is told the same, and nothing is done. Only so many sessions are kept. The one that was used
least recently goes first, which every copy of the machine decides alike, because only the log decides;
its client is told so, and never has a command done a second time.
"""

import json
from typing import NamedTuple

NOTHING = "nothing"  # what stands under a key before anything was put there
OPEN = "open"


class Command(NamedTuple):
    """What a command's text says. argument: what is written; of a cas (what is expected, what is written)."""

    kind: str
    key: str
    argument: str | tuple[str, str] | None


def parse(text: str) -> Command | None:
    """What a command says; None if it means nothing. Of sessions it knows nothing.

    >>> parse("x=5"), parse("x:5->6")
    (Command(kind='put', key='x', argument='5'), Command(kind='cas', key='x', argument=('5', '6')))
    """
    if text.endswith("?"):
        return Command("get", text[:-1], None)
    key, colon, pair = text.partition(":")
    expected, arrow, new = pair.partition("->")
    if colon and arrow and "=" not in key:
        return Command("cas", key, (expected, new))
    key, equals, value = text.partition("=")
    if not equals:
        return None
    return Command("append", key[:-1], value) if key.endswith("+") else Command("put", key, value)


class KeyValue:
    """Applies commands in the order of the log; the same commands always give the same map and the same answers."""

    most_sessions = 100

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.sessions: dict[str, tuple[int, str | None]] = {}  # last serial, its answer; last used comes last
        self.opened = 0

    def read(self, command: str) -> str:
        """What a read finds; nothing is changed."""
        return self.values.get(command.removesuffix("?"), NOTHING)

    def apply(self, command: str) -> str | None:
        """Do what a command says; return what a client that waits for it is told.

        >>> machine = KeyValue()
        >>> [machine.apply(command) for command in ("x=5", "x+=6", "x?", "x:5->7", "y?")]
        ['ok', 'ok', '56', 'no, x is 56', 'nothing']
        >>> [machine.apply(command) for command in ("open", "s1.1 x+=7", "s1.1 x+=7", "x?", "s2.1 x=8")]
        ['s1', 'ok', 'ok', '567', 'unknown session s2']
        """
        if command == OPEN:
            return self._open()
        session, serial, rest = _session(command)
        return self.do(command) if session is None else self.do_once(session, serial, rest)

    def _open(self) -> str:
        """A session with a name of its own: a late copy of an old command can never belong to it."""
        self.opened += 1
        name = f"s{self.opened}"
        self.sessions[name] = 0, None
        if len(self.sessions) > self.most_sessions:
            del self.sessions[next(iter(self.sessions))]
        return name

    def do_once(self, session: str, serial: int, command: str) -> str | None:
        """Do it if it is new; otherwise tell what was told before."""
        if session not in self.sessions:
            return f"unknown session {session}"
        last, answer = self.sessions.pop(session)
        if serial > last:
            last, answer = serial, self.do(command)
        self.sessions[session] = last, answer  # at the end: it was used just now
        return answer if serial == last else f"stale: {session} is at {last}"

    def do(self, text: str) -> str | None:
        """Do what a command says, whoever asks and however often."""
        command = parse(text)
        if command is None:
            return None
        kind, key, argument = command
        before = self.read(key)
        if kind == "get":
            return before
        if isinstance(argument, tuple):
            expected, argument = argument
            if before != expected:
                return f"no, {key} is {before}"
        self.values[key] = self.values.get(key, "") + str(argument) if kind == "append" else str(argument)
        return "ok"

    def fingerprint(self) -> int:
        """A number that machines in the same state share; the order of sessions belongs to it: the oldest goes first."""
        return hash((frozenset(self.values.items()), tuple(self.sessions.items()), self.opened))

    # -- Snapshots ------------------------------------------------------------------------------------

    def save(self) -> str:
        """The whole state as text, for a snapshot: also the sessions, or a repetition would be done again."""
        return json.dumps([self.values, self.sessions, self.opened])

    def restore(self, state: str) -> None:
        """Become what such a text says."""
        self.values, sessions, self.opened = json.loads(state)
        self.sessions = {name: (serial, answer) for name, (serial, answer) in sessions.items()}


def without_session(command: str) -> str:
    """What is to be done, without saying for whom and for the how-manyth time.

    >>> without_session("s1.3 x=5"), without_session("x=5")
    ('x=5', 'x=5')
    """
    return _session(command)[2]


def _session(command: str) -> tuple[str | None, int, str]:
    """The session, the serial number and what is to be done, of a text such as "s1.3 x=5"."""
    head, space, rest = command.partition(" ")
    session, dot, serial = head.partition(".")
    is_one = space and dot and session[:1] == "s" and _is_number(session[1:]) and _is_number(serial)
    return (session, int(serial), rest) if is_one else (None, 0, command)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10

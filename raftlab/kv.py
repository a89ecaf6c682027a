"""The state machine of all examples: a map from keys to values, and the sessions of its clients.

Commands are text, so that they read well in a log cell:

    command      meaning                             answer
    x?           get the value of x                  "5", or "nothing"
    x=5          put: set x to 5                     "ok"
    x+=5         append 5 to the value of x          "ok"
    x:5->6       set x to 6 if it is 5 (cas)         "ok", or "no, x is 7"
    open         open a session                      "s1", "s2", ...: its name, never given twice
    s1.3 x=5     the third command of session s1     as for x=5; carried out once, however often the log has it

Any other text is a command without effect and without an answer.

Why sessions are needed (thesis 6.3): a client that gets no answer sends its command again, which may then be in
the log twice. For each session the machine remembers the last serial number and its answer. To a repeated command
it gives the same answer, and does nothing. Only `most_sessions` sessions are kept. When there are more, the one that
was used least recently is dropped. Every copy of the machine drops the same one, because only the log decides. The
commands of a dropped session are refused, so none of them is carried out a second time.
"""

import json
from typing import NamedTuple

NOTHING = "nothing"  # the value of a key that nobody has written
OPEN = "open"


class Command(NamedTuple):
    """A command, read from its text. argument: the value to write; of a cas, (the expected value, the value to write)."""

    kind: str
    key: str
    argument: str | tuple[str, str] | None


def parse(text: str) -> Command | None:
    """Read a command without a session; None if the text has no meaning.

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
    """A map to which commands are applied in the order of the log. The same commands always give the same map and answers."""

    most_sessions = 100

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        # Last serial number and its answer; last used comes last.
        self.sessions: dict[str, tuple[int, str | None]] = {}
        self.opened = 0

    def read(self, command: str) -> str:
        """The value that a read command such as "x?" asks for; nothing is changed."""
        return self.values.get(command.removesuffix("?"), NOTHING)

    def apply(self, command: str) -> str | None:
        """Carry out a command, and return the answer for the client.

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
        """Open a session. Its name is new, so that a late copy of an old command never belongs to it."""
        self.opened += 1
        name = f"s{self.opened}"
        self.sessions[name] = 0, None
        if len(self.sessions) > self.most_sessions:
            del self.sessions[next(iter(self.sessions))]
        return name

    def do_once(self, session: str, serial: int, command: str) -> str | None:
        """Carry out a command of a session if its serial number is new; otherwise give the old answer again."""
        if session not in self.sessions:
            return f"unknown session {session}"
        last, answer = self.sessions.pop(session)
        if serial > last:
            last, answer = serial, self.do(command)
        self.sessions[session] = last, answer  # put at the end: it is now the one used last
        return answer if serial == last else f"stale: {session} is at {last}"

    def do(self, text: str) -> str | None:
        """Carry out a command without regard to sessions."""
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
        """A number that is equal for machines in the same state. The order of the sessions is part of the state: the first one is dropped first."""
        return hash((frozenset(self.values.items()), tuple(self.sessions.items()), self.opened))

    # -- Snapshots ------------------------------------------------------------------------------------

    def save(self) -> str:
        """The whole state as text, for a snapshot. It includes the sessions, or repeated commands would be carried out again."""
        return json.dumps([self.values, self.sessions, self.opened])

    def restore(self, state: str) -> None:
        """Take over a state that `save` has returned. An empty text stands for an empty map."""
        try:
            self.values, sessions, self.opened = json.loads(state) if state else ({}, {}, 0)
            self.sessions = {name: (serial, answer) for name, (serial, answer) in sessions.items()}
        except (ValueError, TypeError, AttributeError):
            raise AssertionError("the snapshot does not hold a state of the state machine") from None


def without_session(command: str) -> str:
    """A command without the session and serial number in front of it.

    >>> without_session("s1.3 x=5"), without_session("x=5")
    ('x=5', 'x=5')
    """
    return _session(command)[2]


def _session(command: str) -> tuple[str | None, int, str]:
    """The session, the serial number and the rest of a text such as "s1.3 x=5"; None and 0 if it names no session."""
    head, space, rest = command.partition(" ")
    session, dot, serial = head.partition(".")
    is_one = space and dot and session[:1] == "s" and _is_number(session[1:]) and _is_number(serial)
    return (session, int(serial), rest) if is_one else (None, 0, command)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10

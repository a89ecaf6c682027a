"""Reads recorded histories: the logs of Jepsen's register tests, and the key-value histories kept beside them.

The line number is the time. Unknown results stay open to the end of the history.
"""

import re

from raftlab.sim.operations import Operation

REGISTER = re.compile(r"INFO\s+jepsen\.util - (\d+)\s+:(\w+)\s+:(\w+)\s+(.*)")
MAP = re.compile(r'\{:process (\d+), :type :(\w+), :f :(\w+), :key "(.*)", :value (?:nil|"(.*)")\}')


def read_register(text: str) -> list[Operation]:
    """A register, at first nil. A cas that failed was refused; anything else that failed may have happened."""

    def number(word):
        return None if word == "nil" else int(word)

    events = []
    for time, line in enumerate(text.splitlines()):
        client, what, kind, value = REGISTER.fullmatch(line.strip()).groups()
        if kind == "cas":
            value = tuple(map(int, re.findall(r"\d+", value)))
            result = what == "ok"
            answered = what in ("ok", "fail")
        else:
            value = number(value) if value[0] != ":" else None
            result = value if kind == "read" else None
            answered = what == "ok"
        events.append((time, client, what, kind, "", value, result, answered))
    return paired(events)


def read_map(text: str) -> list[Operation]:
    """A map, each key at first an empty text."""
    events = []
    for time, line in enumerate(text.splitlines()):
        client, what, kind, key, value = MAP.fullmatch(line.strip()).groups()
        result = value if kind == "get" else None
        events.append((time, client, what, kind, key, value, result, what == "ok"))
    return paired(events)


def paired(events) -> list[Operation]:
    """Every invocation with its answer, if one came."""
    operations, running = [], {}
    for time, client, what, kind, key, value, result, answered in events:
        if what == "invoke":
            running[client] = len(operations)
            operations.append(Operation(client, kind, key, value, None, time, None))
        else:
            place = running.pop(client)
            if answered:
                operations[place] = operations[place]._replace(result=result, returned=time)
    return operations

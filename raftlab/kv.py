"""The replicated machine of all examples: a map from keys to values.

Commands are text, so that they read well in a log cell: `x=5` writes, `x?` reads, anything else is
a command whose meaning is of no interest and whose result is nothing.
"""


class KeyValue:
    """Applies commands in the order of the log; the same commands always give the same map."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def apply(self, command: str) -> str | None:
        """Do what a command says; return what a client that waits for it is told.

        >>> machine = KeyValue()
        >>> machine.apply("x=5"), machine.apply("x?"), machine.apply("y?")
        ('ok', '5', 'nothing')
        """
        if command.endswith("?"):
            return self.values.get(command[:-1], "nothing")
        key, equals, value = command.partition("=")
        if not equals:
            return None
        self.values[key] = value
        return "ok"

"""Checks: each proves or refutes something about a run, a history or a handler. They return values; other modules draw them."""

"""Checks: what is proved or refuted about a run, a history or a handler. They return values; others draw them."""

"""Of a long list of cases a few are tried every time, and the others with the slow tests."""

import pytest


def a_few(cases, every=4):
    """Cases for `pytest.mark.parametrize`: the first and then every fourth as it is, the others marked slow."""
    sets = [case if isinstance(case, tuple) else (case,) for case in cases]
    return [
        pytest.param(*values, marks=[pytest.mark.slow] if place % every else [])
        for place, values in enumerate(sets)
    ]

"""Split a long list of test cases: a few are tried every time, the others only with the slow tests."""

import pytest


def a_few(cases, every=4):
    """Cases for `pytest.mark.parametrize`: the first and then every fourth are unchanged, the others are marked slow."""
    sets = [case if isinstance(case, tuple) else (case,) for case in cases]
    return [
        pytest.param(*values, marks=[pytest.mark.slow] if place % every else [])
        for place, values in enumerate(sets)
    ]

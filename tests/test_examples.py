"""Every example in a docstring does what it says."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import raftlab

FOLDER = Path(raftlab.__file__).parent
MODULES = [
    ".".join(path.relative_to(FOLDER.parent).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted(FOLDER.rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8")
]


# Whole outages, and a whole judgement: five seconds and more each.
LONG = (
    "raftlab.draw.outage",
    "raftlab.experiments.accounts",
    "raftlab.exercises.notebook",
    "raftlab.models.cloudflare",
)


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow if name.startswith(LONG) else ()) for name in MODULES],
)
def test_the_examples_of_a_module_do_what_they_say(name):
    module = import_module(name)
    found = doctest.testmod(module)
    assert found.attempted or "doctest: +SKIP" in Path(module.__file__).read_text(encoding="utf-8")
    assert found.failed == 0


def test_an_example_that_lies_would_be_noticed():
    """If a wrong example did not fail, the tests above would prove nothing."""
    lie = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "a lie", None, 0)
    assert doctest.DocTestRunner(verbose=False).run(lie, out=lambda text: None).failed == 1

"""A small exercise and a class that answers it, for the tests of grading."""

import json
import sys

from raftlab.grading.sandbox import find_sandbox

RIGHT = "def is_quorum(node, nodes):\n    return len(nodes) > len(node.voters()) // 2\n"
WRONG = "def is_quorum(node, nodes):\n    return len(nodes) >= len(node.voters()) // 2\n"
READ = "def answer_1():\n    return {!r}\n"
PYTHON = [sys.executable, "-m", "raftlab.cli", "grade"]
TRUST = bool(find_sandbox().missing)  # of what the tests themselves contain


def code(source, grade_id, **about):
    nbgrader = {
        "grade_id": grade_id,
        "schema_version": 3,
        "locked": False,
        "grade": False,
        "solution": False,
        "task": False,
        **about,
    }
    return {**plain_code(source, grade_id), "metadata": {"nbgrader": nbgrader}}


def plain_code(source, id):
    return {
        "cell_type": "code",
        "id": id,
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def exercise(rule=None, read=None, me="your name", paragraph=""):
    """The notebook of the exercise, blank or with these answers."""
    blank = "    ### BEGIN SOLUTION\n    raise NotImplementedError\n    ### END SOLUTION\n"
    cells = [
        {"cell_type": "markdown", "id": "head", "metadata": {}, "source": "# Exercise 77: A small one"},
        plain_code(f"me = {me!r}", "name"),
        code(rule or f"def is_quorum(node, nodes):\n{blank}", "write_is_quorum", solution=True),
        code("check('is_quorum', is_quorum).points", "points_is_quorum", grade=True, points=6),
        code(read or f"def answer_1():\n{blank}", "answer_1", solution=True),
        code("answer('02.1', answer_1, me).points", "points_answer_1", grade=True, points=5),
        {"cell_type": "markdown", "id": "ask", "source": "In your own words",
         "metadata": {"nbgrader": {"grade_id": "paragraph", "task": True, "points": 5, "schema_version": 3,
                                   "locked": True, "grade": False, "solution": False}}},
        {"cell_type": "markdown", "id": "words", "metadata": {}, "source": paragraph},
    ]  # fmt: skip
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def lecture(folder):
    """A folder with the small exercise."""
    folder.mkdir()
    (folder / "77_small.ipynb").write_text(json.dumps(exercise()))
    return folder


def hand_in(folder, person, **answers):
    """Put a person's notebook into a folder of their own."""
    (folder / person).mkdir(parents=True, exist_ok=True)
    (folder / person / "my notebook.ipynb").write_text(json.dumps(exercise(**answers)))

"""A whole Raft as an answer: there are points for each rule, and further points for all rules together."""

import ast
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from raftlab.checks.layers import HANDLERS, SITUATIONS, Layer, layers_for, progress_bar, run
from raftlab.exercises.answer.text import parsed, text_of
from raftlab.exercises.figure_2 import FIGURE_2
from raftlab.exercises.in_child import fairly, only, whole_answer
from raftlab.exercises.item import Help, Hints, Kind
from raftlab.exercises.points import grade_of, part_of, passing
from raftlab.exercises.result import NOT_WRITTEN
from raftlab.exercises.verdict import Verdict
from raftlab.exercises.write_it import solution_is
from raftlab.raft import Raft
from raftlab.remote.nodes import check_takes_states, command_class
from raftlab.remote.program import OutOfTimeError
from raftlab.sim.errors import NodeError, listed

ALONE = dict.fromkeys(FIGURE_2, 1) | {
    "on_request_vote": 2, "on_append_entries": 4, "on_append_entries_reply": 3, "advance_commit_index": 3,
}  # fmt: skip
TOGETHER = {
    "small situations": 4,
    "scripted stories": 4,
    "random runs": 3,
    "explorer": 3,
}  # with the rules, 40 points

MOST_ENDS = 6  # rules in whose checks a program may end before it is given up


@dataclass(frozen=True)
class Whole:
    """A whole Raft for learners to write."""

    name: str
    lesson: str
    points: int
    hints: Hints
    kind: ClassVar[Kind] = "write"

    def help(self, me: str = "") -> Help:
        """The hints."""
        return Help(self.hints, solution_is("the file raft.py", "raftlab.raft"))

    def judge(self, answer: Any, me: str = "") -> Verdict:
        """The verdict on a class or its text."""
        return judged_whole(self, text_of(answer), getattr(answer, "__name__", self.name))


def judged_whole(item: Whole, text: str, name: str) -> Verdict:
    """The verdict on the text of a whole Raft. name: the name of the class in it.

    Each rule is first checked together with raftlab's own rules, so that it gives points before the others are written.
    Raises UserError if the text cannot be run, or does not define a class.
    """
    made: Any = whole_answer(text, name, tuple(FIGURE_2))
    # A class that is no subclass of Raft has rules of its own.
    blank = blanks(text) if made.program.hello["like_raft"] else []
    if len(blank) == len(FIGURE_2):
        made.program.end()
        return Verdict(item, None, [], 0, NOT_WRITTEN, False)
    return fairly(made.program, lambda: judged_nodes(item, made, blank))


def judged_program(item: Whole, command: str) -> Verdict:
    """The verdict on a whole Raft in another language. command: as for `command_class`.

    Raises UserError if the program cannot be started, or keeps the states of its nodes itself.
    """
    made: Any = command_class(command)
    check_takes_states(made)
    return fairly(made.program, lambda: _judged_until_it_ends(item, made))


def _judged_until_it_ends(item: Whole, made: Any) -> Verdict:
    """The verdict on a program. If it is stopped or ends in a check, the verdict says so, and what its node was asked.

    A rule keeps its points if the program does not end in its checks.
    """
    asked: tuple[str, ...] = ()
    singly: dict[str, Alone] = {}

    def run_alive(layer: Layer, raft: type[Raft], tell: Callable[[int], object]) -> Layer:
        nonlocal asked
        done = run(layer, raft, tell=tell)
        if made.program.broken is not None:
            asked = asked or next(
                (each.schedule for each in done.failures if str(made.program.broken) in each.did), ()
            )
            raise made.program.broken
        return done

    try:
        return judged_nodes(item, made, (), run_alive, singly)
    except NodeError as error:
        events = [f"    {number}. {each}" for number, each in enumerate(asked, start=1)]
        parts = ["Before that it was asked:", *events] if events else []
        points = sum(got for got, _ in singly.values())
        passed = listed([rule for rule, (got, _) in singly.items() if got])
        parts += [f"It got through the checks of {passed}: {points:g} points."] if points else []
        return Verdict(item, None, [], points, str(error), False, parts)


Alone = tuple[float, Layer | None]  # the points of one rule, and its handler checks


def judged_nodes(
    item: Whole,
    made: Any,
    blank: Collection[str],
    run_layer: Callable[..., Layer] = run,
    singly: dict[str, Alone] | None = None,
) -> Verdict:
    """The verdict. singly: gets the result of each rule as soon as it is judged."""
    singly = {} if singly is None else singly
    points, parts = 0.0, []
    rows: list[Layer] = []
    together = [] if blank else layers_for(item.name, tuple(FIGURE_2))
    why = "some are not written yet" if blank else ""
    with progress_bar([*map(handler_checks, FIGURE_2.keys() - blank), *together]) as tell:
        judge_singly(made, blank, tell, run_layer, singly)
        try:
            layers = [run_layer(layer, made, tell=tell) for layer in together]
        except NotImplementedError as error:
            why = str(error)
    for rule, (got, layer) in singly.items():
        points += got
        rows += [layer] if layer is not None else []
        if got < ALONE[rule]:
            parts.append(f"{rule}: {got:g} of {ALONE[rule]}, {told(layer)}")
    if why:
        layers = [merged(rows)]
        parts.append(f"all rules together: 0 of {sum(TOGETHER.values())}, because {why.rstrip('.')}")
    else:
        for layer in layers:
            if layer.name not in TOGETHER:
                continue  # the handler checks have been judged rule by rule
            got = part_of(TOGETHER[layer.name], passing(layer))
            points += got
            if got < TOGETHER[layer.name]:
                parts.append(f"{layer.name}: {got:g} of {TOGETHER[layer.name]}, {told(layer)}")
    return Verdict(item, None if why else made, layers, points, "", False, parts)


def judge_singly(
    made: Any,
    blank: Collection[str],
    tell: Callable[[int], object],
    run_layer: Callable[..., Layer],
    singly: dict[str, Alone],
) -> None:
    """Judge each rule by itself. If a program ends in the checks of one, it is started again for the next. At the end, its first error is raised."""
    ended: list[NodeError] = []
    for rule in FIGURE_2:
        singly[rule] = 0.0, None
        try:
            if rule not in blank:
                singly[rule] = alone(rule, made, tell, run_layer)
        except OutOfTimeError:
            raise
        except NodeError as error:
            ended.append(error)
            if len(ended) == MOST_ENDS:
                break
            made.program.broken = None
    if ended:
        raise ended[0]


def blanks(text: str) -> list[str]:
    """The rules that no class of the text defines, or only as `raise NotImplementedError`."""
    classes = [each for each in ast.walk(parsed(text)) if isinstance(each, ast.ClassDef)]
    own: dict[str, bool] = {}  # name -> whether it is written
    for statement in (each for one in classes for each in one.body):
        if isinstance(statement, ast.FunctionDef):
            own[statement.name] = not _is_blank(statement)
        elif isinstance(statement, ast.Assign):
            own |= {each.id: True for each in statement.targets if isinstance(each, ast.Name)}
    return [rule for rule in FIGURE_2 if not own.get(rule)]


def _is_blank(function: ast.FunctionDef) -> bool:
    """Is there nothing in it but `raise NotImplementedError`, and perhaps a docstring?"""
    *before, last = function.body
    if any(not isinstance(each, ast.Expr) or not isinstance(each.value, ast.Constant) for each in before):
        return False
    names = {each.id for each in ast.walk(last) if isinstance(each, ast.Name)}
    return isinstance(last, ast.Raise) and "NotImplementedError" in names


def layer_of(rule: str, name: str) -> Layer:
    """A layer of checks of one rule."""
    return next(layer for layer in layers_for(rule, (rule,), FIGURE_2[rule].rules) if layer.name == name)


def handler_checks(rule: str) -> Layer:
    """The handler checks of one rule."""
    return layer_of(rule, HANDLERS)


def alone(rule: str, made: Any, tell: Callable[[int], object], run_layer: Callable[..., Layer]) -> Alone:
    """The points of one rule, and its handler checks; 0 and None if it calls what is not written yet.

    A rule that passes together with the answer's own other rules is right. Otherwise another rule may be to blame. The
    points of a wrong rule depend on what it shows, as if it were an answer of its own.
    """
    handlers = handler_checks(rule)

    def judged_in(raft: type[Raft], *names: str) -> list[Layer] | None:
        try:
            return [run_layer(layer_of(rule, name), raft, tell=lambda count: None) for name in names]
        except NotImplementedError:
            return None

    done = judged_in(made, HANDLERS)
    if done is None or done[0].failures:
        part: Any = only(made, rule)
        judge = partial(judged_in, part, HANDLERS, SITUATIONS)
        done = fairly(part.program, judge) if part is not made else judge()
    tell(len(handlers.checks))
    if done is None:
        return 0.0, None
    return part_of(ALONE[rule], grade_of(FIGURE_2[rule], done)[0]), done[0]


def told(layer: Layer | None) -> str:
    """The result of a layer of checks, in words."""
    if layer is None:
        return "not written yet"
    return f"{layer.name}: {layer.counted()}"


def merged(layers: list[Layer]) -> Layer:
    """The handler checks of all these layers as one layer."""
    checks = tuple(check for layer in layers for check in layer.checks)
    return Layer("handler checks", checks, tuple(found for layer in layers for found in layer.found))

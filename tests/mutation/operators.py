"""Our own operators: the slips of people who write Raft by hand. Each yields changes of one place in a function."""

import ast
import re
from collections.abc import Collection, Iterator
from random import Random

from mutation.texts import Change, Function, Places
from raftlab import Raft, messages

ORDER = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
OPPOSITE = {"is": "is not", "is not": "is", "in": "not in", "not in": "in"}
# One step in the direction that `<=` in the place of `<` does not already cover.
STEPS = {ast.Lt: "-", ast.LtE: "+", ast.Gt: "+", ast.GtE: "-", ast.Eq: "+-", ast.NotEq: "+-"}
NUMBER = re.compile(
    r"(^|_)(term|index|prev|new|covered|offset|timer|timeout|ticks|round|end|began|clock|start|look|rounds|n)$"
)
# Names of the same kind, one of which may stand where another is meant. A name is an attribute or a variable.
KINDS = (
    ("term", "last_term", "last_log_term", "prev_log_term", "start_term", "proposed_term", "last_included_term"),
    ("commit_index", "last_applied", "last_index", "prev_log_index", "match_index", "leader_commit", "last_log_index",
     "index", "prev", "last_new", "last_included_index", "start", "round_end", "read_index"),
    ("src", "dst", "id", "voted_for", "leader", "target", "successor", "newcomer", "peer", "node"),
    ("voters", "peers", "nodes"),
    ("next_index", "match_index"),
    ("votes", "pre_votes", "confirmed", "heard"),
    ("timer", "timeout", "heartbeat_interval", "ticks_left", "since_look", "round_ticks", "silent_ticks"),
    ("clock", "round_began", "lease_end"),
    ("shortest", "longest"),
    ("last_index", "last_term"),
)  # fmt: skip
ROLES = ("FOLLOWER", "CANDIDATE", "LEADER")
FIELDS = vars(Raft("n1", ("n1",), Random(1)))  # of a node
EFFECTS = ("self.reset_election_timer()", "self.broadcast_entries()")


def changes(function: Function) -> Iterator[Change]:
    """All changes that our operators make of a function. Some of them are no Python, or change nothing."""
    tree, places = function.tree(), Places(function.text)
    types = {id(node) for each in _types(tree) for node in ast.walk(each)}
    for name, operator in OF_EXPRESSIONS.items():
        for node in ast.walk(tree):
            if id(node) not in types:
                for start, end, text in operator(node, tree, places):
                    yield Change(name, start, end, text)
    for body in _bodies(tree):
        yield from lines(body, places)
    yield from effects_too_many(function, tree, places)


def _types(tree: ast.FunctionDef) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            yield node.annotation
    if tree.returns is not None:
        yield tree.returns


Found = Iterator[tuple[int, int, str]]


def comparisons(node: ast.AST, tree: ast.FunctionDef, places: Places) -> Found:
    """Another comparison: `<` for `<=`, `==` for `>`, and so on."""
    if isinstance(node, ast.Compare):
        left = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            between = places.span(left)[1], places.span(right)[0]
            written = places.text[slice(*between)]
            if type(operator) in ORDER:
                for other in ORDER.values():
                    if other != ORDER[type(operator)]:
                        yield *between, written.replace(ORDER[type(operator)], other)
            elif written.strip() in OPPOSITE:
                yield *between, f" {OPPOSITE[written.strip()]} "
            left = right


def boundaries(node: ast.AST, tree: ast.FunctionDef, places: Places) -> Found:
    """One more, or one less: in a comparison, an argument, an assignment, an index."""
    numbers: list[tuple[ast.expr, str]] = []
    match node:
        case ast.Compare(ops=operators, comparators=comparators):
            numbers = [
                (each, STEPS.get(type(operator), ""))
                for operator, each in zip(operators, comparators, strict=True)
            ]
        case ast.Call(args=arguments, keywords=keywords):
            numbers = [(each, "+-") for each in (*arguments, *(keyword.value for keyword in keywords))]
        case ast.Assign(value=ast.Tuple(elts=values)):
            numbers = [(each, "+-") for each in values]
        case ast.Assign(value=value) | ast.NamedExpr(value=value) | ast.Subscript(slice=value):
            numbers = [(value, "+-")]
        case ast.Return(value=ast.expr() as value):
            numbers = [(value, "+-")]
    for each, steps in numbers:
        if _is_number(each, places):
            for sign in steps:
                yield *places.span(each), f"{places.of(each)} {sign} 1"


def _is_number(node: ast.expr, places: Places) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add | ast.Sub) and _is_number(node.left, places)
    if isinstance(node, ast.Call):
        return places.of(node.func) in ("max", "min", "len", "int", "self.log.term_at", "self.step_back")
    return bool(NUMBER.search(name))


def constants(node: ast.AST, tree: ast.FunctionDef, places: Places) -> Found:
    """Another number, another truth."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            yield *places.span(node), str(not node.value)
        elif isinstance(node.value, int):
            yield *places.span(node), str(node.value + 1)
            yield *places.span(node), f"({node.value - 1})" if node.value < 1 else str(node.value - 1)


def conditions(node: ast.AST, tree: ast.FunctionDef, places: Places) -> Found:
    """A condition that always holds or never does, one part of it left out, or "or" for "and"."""
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield *places.span(node.test), "True"
        yield *places.span(node.test), "False"
    if isinstance(node, ast.BoolOp):
        for left_out in node.values:
            kept = [places.of(each) for each in node.values if each is not left_out]
            word = " and " if isinstance(node.op, ast.And) else " or "
            yield *places.span(node), word.join(kept)
        other = " or " if isinstance(node.op, ast.And) else " and "
        yield *places.span(node), other.join(places.of(each) for each in node.values)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield *places.span(node), places.of(node.operand)
    if isinstance(node, ast.comprehension):
        for each in node.ifs:
            yield *places.span(each), "True"
            yield *places.span(each), "False"


def wrong_variables(node: ast.AST, tree: ast.FunctionDef, places: Places) -> Found:
    """Another variable of the same kind that the function uses, or the field of the same name of the message or the node."""
    if not isinstance(node, ast.Attribute | ast.Name) or not isinstance(node.ctx, ast.Load):
        return
    name, whole = _name(node), places.of(node)
    kinds = [kind for kind in KINDS if name in kind]
    others = {f"Role.{each}" for each in ROLES} if name in ROLES else set()
    for other in ast.walk(tree):
        if isinstance(other, ast.Attribute | ast.Name) and any(_name(other) in kind for kind in kinds):
            others.add(places.of(other))
    if kinds and isinstance(node, ast.Attribute):
        others |= {f"{owner}.{name}" for owner, fields in _owners(tree) if name in fields}
    for other in sorted(others - {whole}):
        yield *places.span(node), other


def _name(node: ast.Attribute | ast.Name) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id


def _owners(tree: ast.FunctionDef) -> Iterator[tuple[str, Collection[str]]]:
    """What has fields in a function: the node, and the message or event that it is given."""
    yield "self", FIELDS
    for each in tree.args.args:
        kind = getattr(messages, ast.unparse(each.annotation), None) if each.annotation else None
        if each.arg in ("msg", "event"):
            yield each.arg, getattr(kind, "_fields", ("src", "dst", "term"))


OF_EXPRESSIONS = {
    "comparison": comparisons,
    "boundary": boundaries,
    "constant": constants,
    "condition": conditions,
    "wrong variable": wrong_variables,
}


def _bodies(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for name in ("body", "orelse"):
            body = getattr(node, name, None)
            if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
                yield body


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _saves(text: str) -> bool:
    return text.lstrip().startswith(("self.save(", "self.save_snapshot(", "self.emit(Save"))


def lines(body: list[ast.stmt], places: Places) -> Iterator[Change]:
    """A line dropped, told twice, or in another place among its neighbours. A save is told apart from other lines.

    Not tried is what certainly is no mistake: to save twice, to draw dice twice, to put the same into a set twice, and
    another order of lines that do not touch each other.
    """
    body = [each for each in body if not _is_docstring(each)]
    if body and places.lines[body[0].lineno - 1].lstrip().startswith("elif"):
        (branch,) = body
        assert isinstance(branch, ast.If)
        yield Change("dropped line", *places.whole_lines(branch.lineno, branch.body[-1].end_lineno or 0), "")
        return
    spans = [places.whole_lines(each.lineno, each.end_lineno or 0) for each in body]
    texts = [places.text[start:end].rstrip("\n") + "\n" for start, end in spans]
    for place, (each, (start, end), text) in enumerate(zip(body, spans, texts, strict=True)):
        what = "save" if _saves(text) else "line"
        indent = text[: len(text) - len(text.lstrip())]
        yield Change(f"dropped {what}", start, end, f"{indent}pass\n" if len(body) == 1 else "")
        if isinstance(each, ast.Expr | ast.AugAssign) and not _may_be_told_twice(each, text):
            yield Change("one effect too many", start, end, text + text)
        for other in range(place + 1, len(body)):
            saves = _saves(text) or _saves(texts[other])
            if other == place + 1 and not independent(each, body[other]):
                kind = "moved save" if saves else "swapped lines"
                between = places.text[end : spans[other][0]]  # comments and empty lines
                yield Change(kind, start, spans[other][1], texts[other] + between + text)
            elif other > place + 1 and saves:  # a save, moved further: this one down, or the other one up
                middle = places.text[end : spans[other][0]]
                if _saves(text):
                    yield Change("moved save", start, spans[other][1], middle + texts[other] + text)
                if _saves(texts[other]):
                    yield Change("moved save", start, spans[other][1], texts[other] + text + middle)


def _may_be_told_twice(statement: ast.stmt, text: str) -> bool:
    joins = isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.BitOr)
    return joins or _saves(text) or text.strip().startswith("self.reset_election_timer()")


def independent(one: ast.stmt, other: ast.stmt) -> bool:
    """Do two lines certainly do the same in the other order? They only assign, and neither uses what the other assigns."""
    if not all(isinstance(each, ast.Assign | ast.AnnAssign | ast.AugAssign) for each in (one, other)):
        return False
    calls = [node for each in (one, other) for node in ast.walk(each) if isinstance(node, ast.Call)]
    if any(
        ast.unparse(each.func) not in ("frozenset", "type", "Log", "max", "self.log.term_at")
        for each in calls
    ):
        return False
    return not (_written(one) & (_used(other) | _written(other)) or _written(other) & _used(one))


def _written(statement: ast.stmt) -> set[str]:
    """The variables and fields that a statement assigns; a part of a field counts as the field."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    flat = [
        each for target in targets for each in (target.elts if isinstance(target, ast.Tuple) else [target])
    ]
    return {ast.unparse(each.value if isinstance(each, ast.Subscript) else each) for each in flat if each}


def _used(statement: ast.stmt) -> set[str]:
    """The variables and fields that a statement reads."""
    reads = {
        ast.unparse(node)
        for node in ast.walk(statement)
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load)
    }
    return reads | (_written(statement) if isinstance(statement, ast.AugAssign) else set())


def effects_too_many(function: Function, tree: ast.FunctionDef, places: Places) -> Iterator[Change]:
    """A timer that restarts, or a message to all, at the end of a handler or a transition."""
    if not function.name.startswith(("on_", "become_", "campaign", "store", "commit")):
        return
    body = [each for each in tree.body if not _is_docstring(each)]
    indent = " " * body[0].col_offset
    end = places.whole_lines(body[-1].end_lineno or 0, body[-1].end_lineno or 0)[1]
    for effect in EFFECTS:
        line_end = "" if function.text[:end].endswith("\n") else "\n"
        yield Change("one effect too many", end, end, f"{line_end}{indent}{effect}\n")

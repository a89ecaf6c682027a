"""The Python of a notebook's cell: without what only a notebook understands, such as %%time, !ls and help?."""

import ast
import re
from types import CodeType

AROUND = re.compile(
    r"\A(\s*)%%(?:time|timeit|capture|prun)\b[^\n]*"
)  # the first line of a cell that runs as Python
MOST_LINES = 1000  # in longer texts, IPython would take too long to look for such lines
TIMED = "<timed exec>"  # the file name that IPython gives to a cell with %%time


def python_of(text: str) -> str:
    r"""The Python of a cell. Lines keep their numbers. Text that is still not Python is returned as it is.

    >>> python_of("%%time\nx = 1")
    '\nx = 1'
    """
    while (bare := AROUND.sub(r"\1", text)) != text:
        text = bare
    if _is_python(text) or text.count("\n") > MOST_LINES:
        return text
    # Imported here, so that answers which are Python are read without it.
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        plain = TransformerManager().transform_cell(text)
    except (SyntaxError, RuntimeError):  # it is not Python, or has hundreds of such lines
        return text
    return plain if _is_python(plain) else text


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    except (ValueError, RecursionError, MemoryError):  # no magic is the reason
        return True
    return True


def timed_cell(code: CodeType) -> str | None:
    """The text of the cell with %%time that defines this code; None if there is none. Python itself keeps no text of it."""
    from IPython import get_ipython

    shell = get_ipython()
    cells = shell.history_manager.input_hist_raw if shell else []
    texts = (python_of(cell.lstrip()) for cell in reversed(cells) if AROUND.match(cell))
    return next((text for text in texts if _defines(text.partition("\n")[2], code)), None)


def _defines(text: str, code: CodeType) -> bool:
    """Whether the code is among what a text compiles to. Where code comes from does not count when it is compared."""
    try:
        found = [compile(text, TIMED, "exec")]
    except (SyntaxError, ValueError):
        return False
    for each in found:
        found += [const for const in each.co_consts if isinstance(const, CodeType)]
    return code in found

"""Where trials run: on any executor, and with the same results on each."""

import math
import multiprocessing
import os
import pickle
import sys
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import ExitStack
from functools import partial
from typing import Any, TypeVar

from raftlab.sim.bar import progress_bar
from raftlab.sim.errors import UserError, type_of

CHUNK = 25  # trials that travel together: few enough for a bar that moves, enough to be worth the way
BROKEN = (
    'The processes that were to help ended before they were done. In a script, call this under "if __name__ == '
    "'__main__':\", because they read the script, too; or give executor=Serial() of raftlab.experiments."
)
Result = TypeVar("Result")


class Serial(Executor):
    """One thing after the other, in this process: where there are no others, or where one wants to debug."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> "Future[Any]":
        """Do it now."""
        future: Future[Any] = Future()
        try:
            future.set_result(function(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future


def spread(
    task: Callable[[int], Result],
    count: int,
    executor: Executor | None = None,
    progress: bool = True,
    chunk: int = CHUNK,
) -> list[Result]:
    """The results of task(0), task(1), ... in this order, wherever and whenever each was done.

    executor: any `concurrent.futures.Executor`, such as a Dask client's `client.get_executor()`;
    None takes the processes of this machine, or none if there are none or if the task cannot travel.
    chunk: how many of them travel together.

    Raises UserError if it is no executor, or if processes cannot start; what a task raises is raised here.
    """
    if executor is not None and not isinstance(executor, Executor):
        hint = " Of a Dask client, give client.get_executor()." if hasattr(executor, "get_executor") else ""
        raise UserError(f"An executor is one of concurrent.futures, not {type_of(executor)}.{hint}")
    chunks = [range(start, min(start + chunk, count)) for start in range(0, count, chunk)]
    with ExitStack() as stack:
        pool = executor or stack.enter_context(default_executor(task, len(chunks)))
        bar = stack.enter_context(progress_bar(total=count, unit="trial", disable=not progress))
        futures: list[Future[list[Result]]] = []
        try:
            for numbers in chunks:
                futures.append(pool.submit(do_all, task, numbers))
                futures[-1].add_done_callback(partial(_advance, bar, len(numbers)))
            return [result for future in futures for result in future.result()]
        except BrokenExecutor:
            if executor is None:
                raise UserError(BROKEN) from None
            raise
        finally:
            for future in futures:
                future.cancel()  # after an error or Ctrl-C: nobody waits for the rest


def is_script_read_again() -> bool:
    """Is this a new process that reads the script which started it, before it does its own work?"""
    return getattr(sys.modules.get("__mp_main__"), "__name__", "") == "__mp_main__"


def do_all(task: Callable[[int], Result], numbers: range) -> list[Result]:
    """One chunk of the work."""
    return [task(number) for number in numbers]


def default_executor(task: Callable[[int], Any], chunks: int) -> Executor:
    """Processes of this machine, unless there are none, the task cannot travel, or it would not be worth the way."""
    if is_script_read_again():
        sys.exit(1)  # whoever has started this process says why
    processors = min(os.cpu_count() or 1, math.ceil(chunks / 4))
    script = getattr(sys.modules.get("__main__"), "__file__", None)
    piped = script is not None and not os.path.exists(script)  # a new process could not read it again
    if processors < 2 or piped or not can_travel(task):
        return Serial()
    try:
        from concurrent.futures import ProcessPoolExecutor

        # Not forked from here: a notebook has threads, and a fork in the middle of them may hang.
        methods = multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
        return ProcessPoolExecutor(processors, mp_context=context)
    except (ImportError, NotImplementedError, OSError):  # in a browser, or where they are forbidden
        return Serial()


def can_travel(task: Callable[[int], Any]) -> bool:
    """Whether another process would understand the task; of what a notebook defines, it knows nothing."""
    try:
        return b"__main__" not in pickle.dumps(task)
    except (pickle.PicklingError, AttributeError, TypeError):
        return False


def _advance(bar: Any, trials: int, _future: "Future[Any]") -> None:
    bar.update(trials)

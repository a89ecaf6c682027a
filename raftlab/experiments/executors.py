"""Run trials on any executor; the results are the same on each."""

import math
import multiprocessing
import os
import pickle
import sys
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import ExitStack
from functools import partial
from typing import Any, TypeVar

from raftlab.sim.bar import progress_bar
from raftlab.sim.errors import UserError, type_of

CHUNK = 25  # trials that are sent to a process together: few enough to move the progress bar, enough to be worth sending
BROKEN = (
    'The worker processes ended too early. In a script, call this under "if __name__ == '
    "'__main__':\", because they read the script, too; or give executor=Serial() of raftlab.experiments."
)
Result = TypeVar("Result")


class Serial(Executor):
    """An executor that does one thing after the other in this process; for debugging, or where processes cannot be started."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> "Future[Any]":
        """Call the function now."""
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
    """The results of task(0), task(1), ... in this order.

    executor: any `concurrent.futures.Executor`, such as a Dask client's `client.get_executor()`;
    None takes processes of this machine, or this process if no others can be started or the task cannot be sent to
    them. chunk: how many numbers are sent to a process together.

    Raises UserError if `executor` is no executor, or if processes cannot start. An exception of a task is raised here.
    """
    check_executor(executor)
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
                future.cancel()  # after an error or Ctrl-C the other results are not needed


def check_executor(executor: object) -> None:
    """Raise UserError if this is neither an executor nor None."""
    if executor is not None and not isinstance(executor, Executor):
        hint = " For a Dask client, give client.get_executor()." if hasattr(executor, "get_executor") else ""
        raise UserError(f"An executor must be one of concurrent.futures, not {type_of(executor)}.{hint}")


def is_script_read_again() -> bool:
    """Is this a worker process that is just reading the script which started it?"""
    return getattr(sys.modules.get("__mp_main__"), "__name__", "") == "__mp_main__"


def do_all(task: Callable[[int], Result], numbers: range) -> list[Result]:
    """Do one chunk of the work."""
    return [task(number) for number in numbers]


def default_executor(task: Callable[[int], Any], chunks: int) -> Executor:
    """Processes of this machine; Serial if they cannot be started, if the task cannot be sent, or if there is little work."""
    if is_script_read_again():
        sys.exit(1)  # the process that started this one reports the error
    processors = min(os.cpu_count() or 1, math.ceil(chunks / 4))
    script = getattr(sys.modules.get("__main__"), "__file__", None)
    piped = script is not None and not os.path.exists(script)  # a new process could not read it again
    if processors < 2 or piped or not can_travel(task):
        return Serial()
    return processes(processors)


def processes(count: int) -> Executor:
    """So many processes of this machine; Serial if none can be started."""
    try:
        from concurrent.futures import ProcessPoolExecutor

        # Do not fork: a notebook has threads, and a forked process may hang.
        methods = multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
        return ProcessPoolExecutor(count, mp_context=context, initializer=end_with_parent)
    except (ImportError, NotImplementedError, OSError):  # in a browser, or where they are forbidden
        return Serial()


def end_with_parent() -> None:
    """Let this worker process end with the process that started it, even if that is killed; otherwise it would wait forever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    from multiprocessing.connection import wait

    wait([sentinel])
    os._exit(1)


def can_travel(task: Callable[[int], Any]) -> bool:
    """Can the task be sent to another process? A class that is defined in a notebook cannot."""
    try:
        return b"__main__" not in pickle.dumps(task)
    except (pickle.PicklingError, AttributeError, TypeError):
        return False


def _advance(bar: Any, trials: int, _future: "Future[Any]") -> None:
    bar.update(trials)

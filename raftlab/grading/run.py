"""Judges all answers of a class on any executor: the same outcomes on each, and each equal answer only once."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor, as_completed
from contextlib import contextmanager
from functools import partial
from typing import Generic, NamedTuple, Protocol, TypeVar

from raftlab.experiments.executors import check_executor, processes
from raftlab.grading.judging import Job, Outcome, judged
from raftlab.grading.results import Kept, Records, Results
from raftlab.grading.sandbox import find_sandbox
from raftlab.remote.program import launched_by
from raftlab.remote.transcript import without_files
from raftlab.sim.bar import progress_bar
from raftlab.sim.errors import UserError

WITHOUT = (
    "This machine has no complete sandbox, so an answer could {}. To judge answers all the same, use --trust."
)
BROKE = "The process that judged this answer ended; a person must look at it."


class Task(Protocol):
    """Something to be done with answers. Its key is a name for all on which the result depends."""

    @property
    def key(self) -> str:
        """The name."""


T = TypeVar("T", bound=Task)


class Work(NamedTuple, Generic[Kept]):
    """What is done with each task.

    here: does it in this process, given the task and `trust`. unit: what a task is, in the progress bar.
    broke: the result of a task that ends the process which does it.
    """

    here: Callable[..., Kept]
    unit: str
    broke: Kept


def judge_all(
    jobs: Iterable[Job],
    results: Results,
    executor: Executor | None = None,
    *,
    workers: int | None = None,
    trust: bool = False,
    progress: bool = True,
) -> None:
    """Judge what is not yet in the results, and add each outcome as soon as it is there. The rest is as for `do_all`."""
    work = Work(judged_here, "answer", Outcome(0, 0, (BROKE,), failed=True))
    do_all(work, jobs, results, executor, workers=workers, trust=trust, progress=progress)


def do_all(
    work: Work[Kept],
    tasks: Iterable[T],
    results: Records[Kept],
    executor: Executor | None = None,
    *,
    workers: int | None = None,
    trust: bool = False,
    progress: bool = True,
) -> None:
    """Do what is not yet in the results, and add each result as soon as it is there.

    executor: any of concurrent.futures, such as a Dask client's `client.get_executor()`; None takes this many processes
    of this machine. trust: whether to go on where a sandbox lacks a protection.

    Raises UserError if it does, on the machine of a worker, or if `executor` is no executor.
    """
    check_executor(executor)
    waiting = {each.key: each for each in tasks if each.key not in results}
    if not waiting:
        return
    do = partial(work.here, trust=trust)
    with progress_bar(total=len(waiting), unit=work.unit, disable=not progress) as bar:

        def add(key: str, result: Kept) -> None:
            results.add(key, result)
            del waiting[key]
            bar.update()

        if executor is not None:
            spread(do, waiting, executor, add)
            return
        try:
            with processes(workers or os.cpu_count() or 1) as own:
                spread(do, waiting, own, add)
        except BrokenExecutor:
            for key, each in list(waiting.items()):  # one by one: this finds the answer that ends its judge
                try:
                    with processes(1) as own:
                        add(key, own.submit(do, each).result())
                except BrokenExecutor:
                    add(key, work.broke)


def spread(
    do: Callable[[T], Kept],
    tasks: Mapping[str, T],
    executor: Executor,
    add: Callable[[str, Kept], None],
) -> None:
    """Do these on an executor, and hand on each result when it is there."""
    futures = {executor.submit(do, each): key for key, each in tasks.items()}
    try:
        for future in as_completed(futures):
            add(futures[future], future.result())
    finally:
        for future in futures:
            future.cancel()


def judged_here(job: Job, trust: bool) -> Outcome:
    """Judge an answer in the sandbox of this machine. Raises UserError if there is none, and answers are not trusted."""
    with sandboxed(trust):
        return judged(job)


@contextmanager
def sandboxed(trust: bool) -> Iterator[None]:
    """Within this context, answers run in the sandbox of this machine, and nothing of earlier checks of this user counts.

    Raises UserError if there is no sandbox, and answers are not trusted.
    """
    sandbox = find_sandbox()
    if sandbox.missing and not trust:
        raise UserError(WITHOUT.format(", or ".join(sandbox.lacks)))
    with launched_by(sandbox.wrap), without_files():
        yield

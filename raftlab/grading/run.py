"""Judges all answers of a class on any executor: the same outcomes on each, and each equal answer only once."""

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import BrokenExecutor, Executor, as_completed
from functools import partial

from raftlab.experiments.executors import check_executor, processes
from raftlab.grading.judging import Job, Outcome, judged
from raftlab.grading.results import Results
from raftlab.grading.sandbox import find_sandbox
from raftlab.remote.program import launched_by
from raftlab.sim.bar import progress_bar
from raftlab.sim.errors import UserError

WITHOUT = (
    "This machine has no complete sandbox, so an answer could {}. To judge answers all the same, use --trust."
)
BROKE = "The process that judged this answer ended; a person must look at it."


def judge_all(
    jobs: Iterable[Job],
    results: Results,
    executor: Executor | None = None,
    *,
    workers: int | None = None,
    trust: bool = False,
    progress: bool = True,
) -> None:
    """Judge what is not yet in the results, and add each outcome as soon as it is there.

    executor: any of concurrent.futures, such as a Dask client's `client.get_executor()`; None takes this many processes
    of this machine. trust: whether to go on where a sandbox lacks a protection.

    Raises UserError if it does, on the machine of a worker, or if `executor` is no executor.
    """
    check_executor(executor)
    waiting = {job.key: job for job in jobs if job.key not in results}
    if not waiting:
        return
    task = partial(judged_here, trust=trust)
    with progress_bar(total=len(waiting), unit="answer", disable=not progress) as bar:

        def add(key: str, outcome: Outcome) -> None:
            results.add(key, outcome)
            del waiting[key]
            bar.update()

        if executor is not None:
            spread(task, waiting, executor, add)
            return
        try:
            with processes(workers or os.cpu_count() or 1) as own:
                spread(task, waiting, own, add)
        except BrokenExecutor:
            for key, job in list(waiting.items()):  # one by one: this finds the answer that ends its judge
                try:
                    with processes(1) as own:
                        add(key, own.submit(task, job).result())
                except BrokenExecutor:
                    add(key, Outcome(0, 0, (BROKE,), failed=True))


def spread(
    task: Callable[[Job], Outcome],
    jobs: Mapping[str, Job],
    executor: Executor,
    add: Callable[[str, Outcome], None],
) -> None:
    """Judge these on an executor, and hand on each outcome when it is there."""
    futures = {executor.submit(task, job): key for key, job in jobs.items()}
    try:
        for future in as_completed(futures):
            add(futures[future], future.result())
    finally:
        for future in futures:
            future.cancel()


def judged_here(job: Job, trust: bool) -> Outcome:
    """Judge an answer in the sandbox of this machine. Raises UserError if there is none, and answers are not trusted."""
    sandbox = find_sandbox()
    if sandbox.missing and not trust:
        raise UserError(WITHOUT.format(", or ".join(sandbox.lacks)))
    with launched_by(sandbox.wrap):
        return judged(job)

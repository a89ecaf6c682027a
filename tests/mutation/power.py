"""All mutants, judged in parallel: what was found is kept in a file, so that a run that was stopped goes on where it was."""

import hashlib
import json
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

from tqdm import tqdm

from mutation import judge, states
from mutation.equivalent import reasons
from mutation.generate import Generated, all_mutants
from mutation.judge import Judgement, judgements, limit_memory
from mutation.texts import FILES, HOME, module_text

BUILD = Path(__file__).parent.parent.parent / "build"
KEPT, KEPT_STATES = BUILD / "mutants.jsonl", BUILD / "mutants_states.jsonl"
JUDGES = ("checks", "exercises", "sim", "log.py", "messages.py", "rules.py")
Results = dict[str, list[Judgement]]


def judged(
    mutants: Iterable[Generated], workers: int | None = None, kept: Path = KEPT, thorough: bool = False
) -> Results:
    """What each item says of each mutant, by the mutant's name.

    workers: how many processes; as many as cores by default. thorough: also judge with all layers those that are listed
    as no mistake; nothing finds them, so they take the longest.
    """
    jobs = {each.name: (each, thorough or each.name not in reasons()) for each in mutants}
    found = in_parallel(judgements, jobs, workers, kept, "mutants")
    return {name: [Judgement(*each) for each in rows] for name, rows in found.items()}


def with_same_states(mutants: Iterable[Generated], workers: int | None = None) -> dict[str, bool]:
    """Whether each mutant reaches the same states of the explorer as the correct nodes, by the mutant's name."""
    jobs = {each.name: (each,) for each in mutants}
    return in_parallel(states.same_states, jobs, workers, KEPT_STATES, "explorations")


def in_parallel(
    work: Callable[..., Any], jobs: dict[str, tuple[Any, ...]], workers: int | None, kept: Path, what: str
) -> dict[str, Any]:
    """What this work finds with each of these arguments, as JSON; what the kept file knows already is not done again."""
    found = known(kept)
    missing = {name: each for name, each in jobs.items() if name not in found}
    kept.parent.mkdir(exist_ok=True)
    with (
        kept.open("a") as file,
        ProcessPoolExecutor(workers, get_context("spawn"), limit_memory) as pool,
        tqdm(total=len(jobs), initial=len(jobs) - len(missing), desc=what, unit=f" {what}") as bar,
    ):
        waiting = {pool.submit(work, *each): name for name, each in missing.items()}
        for done in as_completed(waiting):
            name = waiting[done]
            found[name] = done.result()
            file.write(json.dumps([digest(), name, found[name]]) + "\n")
            file.flush()
            bar.update(1)
    return {name: found[name] for name in jobs}


def known(kept: Path) -> dict[str, Any]:
    """What an earlier run has found with the same mutants and the same judges."""
    rows = [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
    return {name: found for by, name, found in rows if by == digest()}


@cache
def digest() -> str:
    """A name for the text of all that takes part in a judgement: if it changes, all is judged again."""
    paths = [
        path
        for each in JUDGES
        for path in ([HOME / each] if each.endswith(".py") else (HOME / each).rglob("*.py"))
    ]
    paths = [*paths, Path(judge.__file__), Path(states.__file__)]
    texts = [path.read_text(encoding="utf-8") for path in sorted(paths)] + [
        module_text(file) for file in FILES
    ]
    return hashlib.sha1("".join(texts).encode()).hexdigest()[:12]


def drawn(count: int) -> list[Generated]:
    """Some mutants, drawn by the text of the files that they change: another text draws others."""
    seed = hashlib.sha1("".join(module_text(file) for file in FILES).encode()).hexdigest()
    return Random(seed).sample(all_mutants(), count)

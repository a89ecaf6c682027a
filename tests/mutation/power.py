"""All mutants, judged in parallel: what was found is kept in a file, so that a run that was stopped goes on where it was."""

import hashlib
import json
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from random import Random

from tqdm import tqdm

from mutation import judge
from mutation.equivalent import reasons
from mutation.generate import Generated, all_mutants
from mutation.judge import Judgement, judgements, limit_memory
from mutation.texts import FILES, HOME, module_text

KEPT = Path(__file__).parent.parent.parent / "build" / "mutants.jsonl"
JUDGES = ("checks", "exercises", "sim", "log.py", "messages.py", "rules.py")


def judged(
    mutants: Iterable[Generated], workers: int | None = None, kept: Path = KEPT, thorough: bool = False
) -> dict[str, list[Judgement]]:
    """What each item says of each mutant, by the mutant's name.

    workers: how many processes; as many as cores by default. thorough: also judge with all layers those that are listed
    as no mistake; nothing finds them, so they take the longest.
    """
    mutants = list(mutants)
    found = known(kept)
    missing = [each for each in mutants if each.name not in found]
    kept.parent.mkdir(exist_ok=True)
    with (
        kept.open("a") as file,
        ProcessPoolExecutor(workers, get_context("spawn"), limit_memory) as pool,
        tqdm(total=len(mutants), initial=len(mutants) - len(missing), desc="mutants", unit=" mutants") as bar,
    ):
        waiting = {
            pool.submit(judgements, each, thorough or each.name not in reasons()): each.name
            for each in missing
        }
        for done in as_completed(waiting):
            name = waiting[done]
            found[name] = done.result()
            file.write(json.dumps([digest(), name, found[name]]) + "\n")
            file.flush()
            bar.update(1)
    return {each.name: found[each.name] for each in mutants}


def known(kept: Path = KEPT) -> dict[str, list[Judgement]]:
    """What an earlier run has found with the same mutants and the same judges."""
    rows = [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
    return {name: [Judgement(*each) for each in found] for by, name, found in rows if by == digest()}


@cache
def digest() -> str:
    """A name for the text of all that takes part in a judgement: if it changes, all is judged again."""
    paths = [
        path
        for each in JUDGES
        for path in ([HOME / each] if each.endswith(".py") else (HOME / each).rglob("*.py"))
    ]
    paths = [*paths, Path(judge.__file__)]
    texts = [path.read_text(encoding="utf-8") for path in sorted(paths)] + [
        module_text(file) for file in FILES
    ]
    return hashlib.sha1("".join(texts).encode()).hexdigest()[:12]


def drawn(count: int) -> list[Generated]:
    """Some mutants, drawn by the text of the files that they change: another text draws others."""
    seed = hashlib.sha1("".join(module_text(file) for file in FILES).encode()).hexdigest()
    return Random(seed).sample(all_mutants(), count)

"""The command line: `raftlab lab`, and `raftlab play`, `compare`, `explore`, `check`, `export`, `guide`, `codes` and `grade`."""

import argparse
import io
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from raftlab.raft import Raft
from raftlab.sim.english import plural
from raftlab.sim.errors import UserError
from raftlab.sim.files import read_file, write_file
from raftlab.sim.story import Story


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns 0 for success, 1 if a property was broken or no goal was reached, 2 for a user's mistake, 130 if it was stopped.
    """
    parser = argparse.ArgumentParser(
        prog="raftlab", description="Learn Raft by stepping through it and breaking it."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    add_play(commands)
    add_compare(commands)
    add_explore(commands)
    add_check(commands)
    add_export(commands)
    add_guide(commands)
    add_grade(commands)
    add_codes(commands)
    lab = commands.add_parser("lab", help="open the course in JupyterLab")
    lab.add_argument("folder", nargs="?", type=Path, help="the course's notebooks (default: here)")
    lab.set_defaults(run=open_lab)
    options = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal may not be able to show every letter of a story.
            stream.reconfigure(errors="backslashreplace")
    try:
        return int(options.run(options))
    except UserError as error:
        print(f"raftlab: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nraftlab: stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `raftlab play ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


NODE = "play nodes of this program, in any language: see docs/protocol.md"


def node_of(command: str | None) -> type[Raft] | None:
    """The class of nodes that a program answers for; None if none is given."""
    if command is None:
        return None
    from raftlab.remote.nodes import command_class

    return command_class(command)


def add_play(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The options of `raftlab play`."""
    play = commands.add_parser("play", help="play a story and print what happens")
    play.add_argument(
        "story", nargs="?", help="a story's name, or a JSON file of one; without it, all are listed"
    )
    play.add_argument("--node", metavar="COMMAND", help=NODE)
    play.add_argument("--ticks", type=int, help="how many ticks (default: the story's own)")
    play.add_argument("--html", type=Path, metavar="FILE", help="write a page that plays it offline")
    play.add_argument("--svg", type=Path, metavar="FILE", help="draw its end as a still picture")
    play.add_argument("--json", type=Path, metavar="FILE", help="write its trace")
    play.set_defaults(run=play_story)


def play_story(options: argparse.Namespace) -> int:
    """Play one story to its end, print it, and write the files that were asked for."""
    from dataclasses import replace

    from raftlab.draw.save import check_path
    from raftlab.sim.branches import History
    from raftlab.sim.errors import check_drawable
    from raftlab.sim.narrate import as_text

    if options.story is None:
        return list_stories()
    story = find_story(options.story)
    if options.svg:
        check_path(options.svg)
    if options.svg or options.html:
        check_drawable(story.nodes)
    if options.ticks is not None:
        story = replace(story, ticks=options.ticks)
    history = History(story, node_class=node_of(options.node))
    trace = history.branch.trace
    print(as_text(trace), end="")
    if options.html:
        from raftlab.player import save_page
        from raftlab.stories import lab_of

        save_page(history, options.html, lab=lab_of(history.bundle()))
    if options.svg:
        from raftlab.draw import draw_cluster, save_svg

        save_svg(draw_cluster(trace, trace.ticks), options.svg)
    if options.json:
        write_file(options.json, history.to_json())
    # A run that reaches no goal has failed, unless --ticks ended it early.
    dead = bool(story.goals) and not trace.goals() and options.ticks is None
    return 1 if trace.broken() or dead else 0


def add_compare(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The options of `raftlab compare`."""
    compare = commands.add_parser("compare", help="play stories with and without extensions, and compare")
    compare.add_argument(
        "story", nargs="+",
        help="a story's name, a JSON file of one, or a family: cloudflare, howard_abraham, omni_paxos, incidents",
    )  # fmt: skip
    compare.add_argument("--seeds", type=int, default=5, help="the number of runs of each (default: 5)")
    compare.add_argument(
        "--ticks", type=int, default=2_000, help="the least number of ticks of a run (default: 2000)"
    )
    compare.add_argument("--node", metavar="COMMAND", help=NODE.replace("play", "compare also with", 1))
    compare.add_argument("--svg", type=Path, metavar="FILE", help="draw the tables")
    compare.set_defaults(run=compare_stories)


def compare_stories(options: argparse.Namespace) -> int:
    """Play stories with each set of extensions, and print a table for each."""
    from raftlab.draw.save import check_path
    from raftlab.experiments import compare
    from raftlab.sim.branches import FAR
    from raftlab.sim.errors import check_number

    check_number("the number of seeds", options.seeds, 1, 1_000)
    check_number("the ticks of a story", options.ticks, 1, FAR)
    if options.svg:
        check_path(options.svg)
    stories = [find_story(name) if name.endswith(".json") else name for name in options.story]
    theirs = node_of(options.node)
    found = compare(stories, seeds=range(options.seeds), ticks=options.ticks, node_class=theirs)
    print(found)
    if options.svg:
        from raftlab.draw import draw_comparison, save_svg

        save_svg(draw_comparison(found), options.svg)
    return 0


def add_explore(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The options of `raftlab explore`."""
    explore = commands.add_parser("explore", help="explore everything that can happen within bounds")
    explore.add_argument("name", nargs="?", help="the name of an exploration; without it, all are listed")
    for name in (
        "nodes",
        "max_term",
        "in_flight",
        "entries",
        "reads",
        "losses",
        "duplicates",
        "crashes",
        "max_states",
    ):
        explore.add_argument(
            f"--{name.replace('_', '-')}",
            type=int,
            metavar="N",
            help="use this bound instead of the exploration's own",
        )
    for name, what in (
        ("symmetry", "look at only one of several states that differ only in the names of nodes"),
        ("within_steps", "crashes may fall between two effects of a step"),
        ("liveness", "also check whether a leader can still be elected from every state"),
    ):
        explore.add_argument(f"--{name.replace('_', '-')}", action="store_true", default=None, help=what)
    explore.add_argument("--node", metavar="COMMAND", help=NODE.replace("play", "explore", 1))
    explore.add_argument("--order", help="breadth (the default), directed or random")
    explore.add_argument("--json", type=Path, metavar="FILE", help="write the story that was found")
    explore.set_defaults(run=explore_scenario)


def explore_scenario(options: argparse.Namespace) -> int:
    """Explore, and print the report and the counts."""
    from raftlab.checks.explorer import SCENARIOS, explore
    from raftlab.checks.explorer.scenarios import scenario
    from raftlab.remote.nodes import check_takes_states

    if options.name is None:
        for name, each in SCENARIOS.items():
            print(f"{name:20} {each.title}")
        return 0
    chosen = scenario(options.name)
    apart = ("name", "json", "node", "run", "command")
    given = {name: value for name, value in vars(options).items() if value is not None and name not in apart}
    theirs = node_of(options.node)
    if theirs is not None:
        check_takes_states(theirs)
    found = explore(theirs or chosen.node_class, **{**chosen.settings, **given}, progress=sys.stderr.isatty())
    print(found)
    if options.json and found.story:
        write_file(options.json, found.story.to_json())
    return 0 if found.ok else 1


def add_check(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The options of `raftlab check`."""
    check = commands.add_parser("check", help="judge a whole Raft in any language")
    check.add_argument("--node", required=True, metavar="COMMAND", help=NODE.replace("play", "judge", 1))
    check.set_defaults(run=check_program)


def check_program(options: argparse.Namespace) -> int:
    """Judge a program, and print the verdict with the shortest run that shows its first mistake."""
    from raftlab.exercises.items import ITEMS
    from raftlab.exercises.whole import Whole, judged_program

    item = ITEMS["raft"]
    assert isinstance(item, Whole)
    verdict = judged_program(item, options.node)
    print(verdict)
    return 0 if verdict.passed else 1


def add_export(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The options of `raftlab export`."""
    export = commands.add_parser("export", help="write lessons as pages that play without a kernel")
    export.add_argument("notebook", nargs="*", type=Path, help="the notebooks (default: all of notebooks/)")
    export.add_argument(
        "--to",
        type=Path,
        metavar="FOLDER",
        default=Path("html"),
        help="the folder for the pages (default: html)",
    )
    export.add_argument("--dark", action="store_true", help="light on dark")
    export.add_argument(
        "--slides",
        action="store_true",
        help="write slides with speaker notes; they load reveal.js from the network",
    )
    export.set_defaults(run=export_lessons)


def export_lessons(options: argparse.Namespace) -> int:
    """Run notebooks and write them as pages, one after the other."""
    from raftlab.lab.export import export

    notebooks = options.notebook or lessons_here("*.ipynb")
    for page in export(notebooks, options.to, "dark" if options.dark else "light", options.slides):
        print(page)
    return 0


def lessons_here(pattern: str) -> list[Path]:
    """The notebooks of the course, which are in notebooks/. Raises UserError if there are none."""
    found = sorted(Path("notebooks").glob(pattern))
    if not found:
        raise UserError("There is no folder notebooks here with lessons in it; name the notebooks to export.")
    return found


def add_guide(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The options of `raftlab guide`."""
    guide = commands.add_parser("guide", help="write the lecturer's notes and all answers on one page")
    guide.add_argument("notebook", nargs="*", type=Path, help="the lessons (default: all of notebooks/)")
    guide.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        default=Path("guide.html"),
        help="the file to write (default: guide.html)",
    )
    guide.set_defaults(run=write_guide)


def write_guide(options: argparse.Namespace) -> int:
    """Write the guide to the lessons."""
    from raftlab.lab.guide import guide

    guide(options.notebook or lessons_here("0*.ipynb"), options.out)
    print(options.out)
    return 0


def add_grade(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The options of `raftlab grade`."""
    grade = commands.add_parser("grade", help="judge what a class handed in; docs/grading.md explains it")
    grade.add_argument(
        "submissions", type=Path, nargs="?", help="a folder, or a zip as Moodle and Canvas export it"
    )
    for name, default, what in (
        ("out", Path("results"), "the folder for the results (default: results)"),
        ("exercises", None, "the folder of the exercises (default: solutions or exercises)"),
        ("class", None, "a csv file with the class: Moodle's worksheet, Canvas's gradebook, or yours"),
        ("secret", None, "the file with the secret of the class, if it has codes (raftlab codes)"),
        ("overrides", None, "a csv file of your own decisions: person,exercise,item,points,reason"),
        ("weights", None, "a csv file kind,weight: how much write, break, read and review count"),
    ):
        grade.add_argument(f"--{name}", type=Path, metavar="PATH", default=default, help=what)
    for name, of, what in (
        ("only", "EXERCISE", "grade only these, such as 04_replication"),
        ("again", "ITEM", "judge these items again"),
    ):
        grade.add_argument(f"--{name}", nargs="+", metavar=of, default=[], help=what)
    for name, of, what in (
        ("names", "REGEX", "a regular expression for the paths of files, with a group (?P<person>...)"),
        ("due", "TIME", "files that were changed later are late; such as 2026-11-30T12:00"),
    ):
        grade.add_argument(f"--{name}", metavar=of, help=what)
    grade.add_argument(
        "--late-costs", type=float, default=0, metavar="PERCENT", help="what being late costs (default: 0)"
    )
    grade.add_argument(
        "--workers", type=int, metavar="N", help="the number of processes (default: one for each processor)"
    )
    for name, what in (
        ("trust", "judge even where there is no complete sandbox"),
        ("viva", "also make a viva sheet for each person: questions about their own answers"),
        ("self-test", "try attacks on the grader (about two minutes)"),
    ):
        grade.add_argument(f"--{name}", action="store_true", help=what)
    grade.set_defaults(run=grade_submissions)


def grade_submissions(options: argparse.Namespace) -> int:
    """Grade a class, and say where the results are and what a person should look at."""
    from raftlab.grading.class_grading import grade_class, notebooks_here

    if options.self_test:
        return test_grader(options.workers)
    if options.submissions is None:
        raise UserError("Name the folder or the zip with the submissions.")
    found = grade_class(
        options.submissions, options.out, notebooks=notebooks_here(options.exercises), only=options.only,
        people=vars(options)["class"], secret=options.secret, overrides=options.overrides, weights=options.weights, names=options.names, due=time_of(options.due),
        late_costs=options.late_costs / 100, again=options.again, workers=options.workers, trust=options.trust,
        viva=options.viva, progress=sys.stderr.isatty(),
    )  # fmt: skip
    print("\n".join(found.summary(options.out)))
    return 0


def add_codes(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The options of `raftlab codes`."""
    codes = commands.add_parser(
        "codes", help="give everybody in a class a code from which their items are drawn"
    )
    codes.add_argument("people", type=Path, metavar="CLASS", help="a csv file with the names of the class")
    for name, default, what in (
        ("secret", "secret.txt", "the file with the secret of the class; it is made if it is not there"),
        ("out", "codes.csv", "the class list with the codes"),
    ):
        codes.add_argument(
            f"--{name}", type=Path, metavar="PATH", default=Path(default), help=f"{what} (default: {default})"
        )
    codes.set_defaults(run=write_codes)


def write_codes(options: argparse.Namespace) -> int:
    """Write the codes of a class, and say what to do with them."""
    from raftlab.grading.codes import codes_csv, codes_of, make_secret
    from raftlab.grading.people import read_class

    listed = read_class(options.people)
    if make_secret(options.secret):
        print(f"{options.secret} is new: keep it, and show it to nobody. Grading needs it.")
    write_file(options.out, codes_csv(listed, codes_of(options.secret, listed.people)))
    print(f"The codes of {plural(len(listed.people), 'person', 'people')} are in {options.out}.")
    return 0


def time_of(text: str | None) -> datetime | None:
    """A time on this machine's clock; None if none is given. Raises UserError if the text is no time."""
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise UserError(f"--due must be a time such as 2026-11-30T12:00, not {text!r}.") from None
    return time.astimezone().replace(tzinfo=None) if time.tzinfo else time


def test_grader(workers: int | None) -> int:
    """Try attacks on the grader, and print what came of each. Returns 1 if one of them got through."""
    from raftlab.grading.self_test import Tried, self_test

    bad = 0
    for each in self_test(workers=workers):
        faults = each.faults if isinstance(each, Tried) else [each]
        name = each.attack.name if isinstance(each, Tried) else "the others"
        bad += bool(faults)
        print(f"{'✕' if faults else '✓'} {name:32} {' '.join(faults)}".rstrip(), flush=True)
    print(f"{plural(bad, 'attack')} got through." if bad else "No attack got through.")
    return 1 if bad else 0


def list_stories() -> int:
    """Print the stories of the library, a line for each."""
    from raftlab.stories import STORIES

    for name, story in STORIES.items():
        print(f"{name:20} {story.title}")
    return 0


def find_story(name: str) -> Story:
    """A story of the library or from a file."""
    from raftlab.stories import load

    path = Path(name)
    if path.suffix != ".json":
        return load(name)
    return Story.from_json(read_file(path))


def open_lab(options: argparse.Namespace) -> int:
    """Open JupyterLab on the course's first page. Without a desktop, print the address to open."""
    folder = options.folder or Path.cwd()
    start = "notebooks/index.ipynb" if (folder / "notebooks" / "index.ipynb").exists() else "index.ipynb"
    if not (folder / start).exists():
        raise UserError(f"There is no course in {folder}: its start page notebooks/index.ipynb is missing.")
    command = [f"--ServerApp.root_dir={folder.resolve()}", f"--LabApp.default_url=/lab/tree/{start}"]
    if not has_desktop():
        print("No desktop here: open the address that JupyterLab prints below in a browser.", flush=True)
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # for root in a container; otherwise JupyterLab refuses to start
    from jupyterlab.labapp import LabApp

    os.environ["JUPYTER_CONFIG_PATH"] = config_path()
    with record_beside():
        LabApp.launch_instance(command)  # in this process, so that a signal that ends it also ends JupyterLab
    return 0


def record_beside() -> "subprocess.Popen[bytes]":
    """Start, in the background, what makes a learner's first checks quick. It ends when this process ends and so closes its stdin."""
    # A Ctrl-C that is meant for JupyterLab does not reach it.
    apart: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.IDLE_PRIORITY_CLASS | subprocess.CREATE_NEW_PROCESS_GROUP}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "raftlab.exercises.first_transcripts", "--beside"],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **apart,
    )  # fmt: skip


def config_path() -> str:
    """The folders in which JupyterLab looks for settings. Ours comes first: it turns off news, update checks, and nbgrader's panels, which are for lecturers."""
    ours = str(Path(__file__).parent / "lab" / "jupyter")
    return os.pathsep.join(filter(None, (ours, os.environ.get("JUPYTER_CONFIG_PATH"))))


def has_desktop() -> bool:
    """Can a browser window be opened here?"""
    return sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    )


if __name__ == "__main__":
    sys.exit(main())

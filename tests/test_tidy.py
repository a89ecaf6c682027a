"""The rules of the project: which layer may import which, what must agree, and what must not occur."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "raftlab"
MODULES = sorted(PACKAGE.rglob("*.py"))

# Each may import only what stands in an earlier row (or in its own).
LAYERS = (
    ("messages", "rules", "log", "raft"),
    ("extensions",),
    ("kv",),
    ("colors",),
    ("sim",),
    ("remote",),
    ("stories", "models"),
    ("checks", "experiments"),
    ("draw", "player"),
    ("jupyter",),
    ("lab",),
    ("exercises",),
    ("grading",),
    ("cli",),
)
ROW = {name: row for row, names in enumerate(LAYERS) for name in names}
CORE = ("messages", "rules", "log", "raft", "extensions", "kv")
PURE = {"dataclasses", "enum", "typing", "collections", "collections.abc", "random"}


def part_of(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def nodes_of(path):
    """All nodes of the syntax tree of a module."""
    return list(ast.walk(ast.parse(path.read_text())))


def imports(path):
    """The module of every import."""
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield name.name
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield node.module


def test_a_module_imports_only_from_earlier_layers():
    for path in MODULES:
        here = part_of(path)
        for module in imports(path) if here != "__init__" else ():
            if module.startswith("raftlab."):
                there = module.split(".")[1]
                assert ROW[there] <= ROW[here], f"{path} must not know {module}"
                if ROW[there] == ROW[here] and there != here:
                    assert here in CORE, f"{path} and {module} must not know each other"


THE_TRACE = [
    f"raftlab.sim.{each}"
    for each in (
        "trace",
        "operations",
        "protocol",
        "english",
        "message_names",
        "marks",
        "errors",
        "facts",
        "files",
        "narrate",
        "sayings",
        "bar",
    )
]


@pytest.mark.parametrize("name", ["draw", "player"])
def test_draw_and_player_know_the_trace_and_nothing_else(name):
    for path in (PACKAGE / name).glob("*.py"):
        for module in imports(path):
            if module.startswith("raftlab."):
                known = (f"raftlab.{name}", "raftlab.colors", *THE_TRACE)
                assert module.startswith(known)


@pytest.mark.parametrize("name", CORE)
def test_the_core_is_pure(name):
    path = PACKAGE / f"{name}.py"
    for each in [path] if path.exists() else (PACKAGE / name).glob("*.py"):
        for module in imports(each):
            allowed = PURE | ({"json"} if name == "kv" else set())  # its state is text, for snapshots
            assert module in allowed or module.startswith("raftlab."), f"{each.name} imports {module}"
        assert not re.search(r"\b(print|open|input)\(", each.read_text())


def test_extensions_do_not_know_each_other():
    for path in set((PACKAGE / "extensions").glob("*.py")) - {PACKAGE / "extensions" / "__init__.py"}:
        assert not [m for m in imports(path) if m.startswith("raftlab.extensions.")]


def test_importing_raftlab_or_its_core_loads_no_third_party_package():
    code = (
        "import sys; before = set(sys.modules); import raftlab; raftlab.Cluster, raftlab.load; "
        "import raftlab.draw; "
        "print(sorted({m.split('.')[0] for m in set(sys.modules) - before} - set(sys.stdlib_module_names)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "['raftlab']"


def test_every_public_name_can_be_had():
    import raftlab

    for name in raftlab.__all__:
        assert getattr(raftlab, name) is not None
    with pytest.raises(AttributeError, match="raftlab has no 'Cluter'"):
        _ = raftlab.Cluter


def test_a_function_fits_on_a_screen():
    for path in MODULES:
        for node in nodes_of(path):
            if isinstance(node, ast.FunctionDef) and node.name != "__init__":
                docstring = len((ast.get_docstring(node) or "").splitlines())
                assert node.end_lineno - node.lineno - docstring < 40, f"{path}: {node.name}"


def modules_of(room):
    """The modules of a package, each with those of the same package that it imports, wherever in its text."""
    paths = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in room.rglob("*.py")}
    named = {name.removesuffix(".__init__"): path for name, path in paths.items()}
    return {name: imported(path) & named.keys() - {name} for name, path in named.items()}


def imported(path):
    """What a module imports by name: from a package its modules, and the package itself for anything else in it."""
    found = set()
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            inside = ROOT.joinpath(*node.module.split("."))
            for name in node.names:
                module = inside.joinpath(name.name)
                is_module = module.is_dir() or module.with_suffix(".py").exists()
                found.add(f"{node.module}.{name.name}" if is_module else node.module)
    return found


def circles(modules):
    """The modules that import each other, directly or not: what is left when all that import nothing are taken out."""
    left = dict(modules)
    while free := [name for name, needs in left.items() if not needs & left.keys()]:
        for name in free:
            del left[name]
    return sorted(name for name, needs in left.items() if any(name in modules[other] for other in left))


@pytest.mark.parametrize("room", sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py")))
def test_no_modules_of_a_room_import_each_other_in_a_circle(room):
    assert circles(modules_of(PACKAGE / room)) == []


def test_a_circle_is_found_however_the_modules_import(tmp_path):
    assert circles({"a": {"b"}, "b": {"c"}, "c": set(), "d": {"a"}}) == []
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": set(), "e": {"d"}}) == ["a", "b", "c"]
    module = tmp_path / "module.py"
    module.write_text(
        "from raftlab.draw import shapes, draw_cluster\n"
        "if TYPE_CHECKING:\n    from raftlab.lab.lab import Lab\n"
        "def later():\n    import raftlab.draw.page\n"
    )
    assert imported(module) == {
        "raftlab.draw.shapes",
        "raftlab.draw",
        "raftlab.lab.lab",
        "raftlab.draw.page",
    }


PLAYER = PACKAGE / "player" / "src"
SOURCES = sorted(PLAYER.glob("*.js"))
# Biome has laid the sources out, so what stands at the beginning of a line is at the top level.
DECLARED = re.compile(
    r"^(?:export )?(?:async )?(?:function\*?|class|const|let|var) +(\w+|[{[].*?[}\]] =)", re.M | re.S
)


def top_level_names(text):
    """The names that a module of the player declares for the scope that all of them share."""
    for found in DECLARED.findall(text):
        yield from re.findall(r"\w+", found)


def imports_in_javascript(text):
    """Every line that has to do with imports, or hands on what another module exports; comments may name types of others."""
    code = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return re.findall(r"^(?:import\b|export\b[^;(]*\bfrom\b)[^;]*;\n?|\bimport\(", code, re.M)


def test_the_modules_of_the_player_share_one_scope_and_no_name():
    declared = [(name, path.name) for path in SOURCES for name in top_level_names(path.read_text())]
    homes = {}
    for name, path in declared:
        assert homes.setdefault(name, path) == path, f"{name} is declared in {homes[name]} and in {path}"


def test_a_module_of_the_player_imports_by_name_and_from_beside_it():
    from raftlab.player.page import IMPORT

    for path in SOURCES:
        for found in imports_in_javascript(path.read_text()):
            whole = IMPORT.fullmatch(found)
            allowed = whole is not None and " as " not in found
            assert allowed, f'Only import {{ a, b }} from "./x.js"; can be joined, not {found} in {path}'
            assert (PLAYER / f"{whole[1]}.js").exists(), found


def test_no_modules_of_the_player_import_each_other_in_a_circle():
    from raftlab.player.page import IMPORT

    assert circles({path.stem: set(IMPORT.findall(path.read_text())) for path in SOURCES}) == []


def test_every_module_of_the_player_is_part_of_what_is_played():
    from raftlab.player import module

    ways_in = [path.stem for path in SOURCES if "export default" in path.read_text()]
    joined = {name for way_in in ways_in for name in top_level_names(module(way_in))}
    assert sorted(ways_in) == ["main", "panel"]
    for path in SOURCES:
        assert set(top_level_names(path.read_text())) <= joined, f"nothing imports {path.name}"


def test_names_and_imports_are_found_however_they_are_written():
    text = (
        'import { a,\n  b } from "./x.js";\nimport c from "./y.js";\nexport * from "./z.js";\n'
        "export const { d, e } = f();\nconst g = 1;\nexport async function h() {\n  const i = 2;\n}\nclass J {}\n"
        'const k = await import("./w.js");\n/** @param {import("./v.js").V} v */\n'
    )
    assert set(top_level_names(text)) == {"d", "e", "g", "h", "J", "k"}
    assert len(imports_in_javascript(text)) == 4


def test_programs_in_the_environment_are_not_taken_for_modules_by_node():
    """JupyterLab runs a CommonJS program that lies below our package.json, in .venv, and prints all of it if that fails."""
    assert "type" not in json.loads((ROOT / "package.json").read_text())


def test_what_checks_the_javascript_comes_from_wherever_npm_is_told_to_look():
    lock = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    for name, entry in json.loads(lock)["packages"].items():
        assert not name or entry["integrity"].startswith("sha512-"), f"no hash: {name}"


def test_each_colour_that_pictures_and_player_share_is_written_once():
    once = (PACKAGE / "colors.py").read_text()
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in (".py", ".js", ".css", ".j2") and path.name != "colors.py":
            again = set(re.findall(r"#[0-9a-fA-F]{6}\b", path.read_text())) & set(re.findall(r"#\w{6}", once))
            assert not again, f"{path} writes {again} again; colors.py has it"


def pins(lines):
    return {
        re.split(r"[<>=~!\[; ]", line.strip().lower())[0]: line.strip().split(";")[0].split("#")[0].strip()
        for line in lines
    }


def test_pyproject_environment_and_lock_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = pins(project["dependencies"])
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    there = pins(each for each in conda if isinstance(each, str))
    there["matplotlib"] = there.pop("matplotlib-base").replace("-base", "")
    assert there.pop("python") == f"python{project['requires-python']}"
    there.pop("pip")
    assert there == wanted

    lock = (ROOT / "requirements.lock").read_text()
    locked = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock, re.MULTILINE))
    extras = [each for group in project["optional-dependencies"].values() for each in group]
    for name, pin in (wanted | pins(extras)).items():
        least = tuple(int(part) for part in re.findall(r"\d+", pin.partition(">=")[2]))
        assert name in locked, f"{name} is not in requirements.lock; run make lock"
        assert tuple(int(part) for part in re.findall(r"\d+", locked[name]))[: len(least)] >= least
    assert "://" not in "\n".join(line for line in lock.splitlines() if not line.startswith("#"))
    for block in re.split(r"\n(?=[a-z0-9])", lock):
        if "==" in block.partition("\n")[0] and not block.startswith("#"):
            assert "--hash=sha256:" in block, f"no hash: {block.partition(chr(10))[0]}"


def tracked():
    """The files of the project, as git knows them; in an unpacked archive, all there are."""
    found = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    names = found.stdout.splitlines() or [
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*")
        if path.is_file() and not {".venv", "node_modules"} & set(path.parts)
    ]
    return [ROOT / name for name in names if (ROOT / name).exists()]


TEXT = {".py", ".js", ".css", ".md", ".yml", ".toml", ".ipynb", ".txt", ".j2", ""}


def test_no_file_names_a_machine_and_none_fetches_anything():
    for path in tracked():
        if path.suffix in TEXT and path.name not in ("test_tidy.py", "LICENSE"):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"/(home|work|Users)/\w", text), path
            if path.suffix in (".js", ".css", ".j2"):
                addresses = set(re.findall(r"https?://[^\s\"')]+", text)) - {"http://www.w3.org/2000/svg"}
                assert not addresses, f"{path} would need the network: {addresses}"


def test_the_player_sets_what_a_trace_says_only_as_text():
    assert "innerHTML" not in "".join(path.read_text() for path in (PACKAGE / "player" / "src").glob("*.js"))


def test_the_readme_names_every_target_and_lesson():
    readme = (ROOT / "README.md").read_text()
    for word in (
        "make lab",
        "make test",
        "make lint",
        "make bench",
        "make figures",
        "make exercises",
        "make html",
        "environment.yml",
    ):
        assert word in readme
    for path in (*(ROOT / "notebooks").glob("0*.ipynb"), *(ROOT / "exercises").glob("*.ipynb")):
        assert str(path.relative_to(ROOT)) in readme

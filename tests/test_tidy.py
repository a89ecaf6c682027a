"""The house rules: who may import whom, what agrees with what, and what must not be there."""

import ast
import re
import subprocess
import sys
import tomllib
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
    ("sim",),
    ("stories", "models"),
    ("checks", "experiments"),
    ("draw", "player"),
    ("lab",),
    ("exercises",),
    ("cli",),
)
ROW = {name: row for row, names in enumerate(LAYERS) for name in names}
CORE = ("messages", "rules", "log", "raft", "extensions", "kv")
PURE = {"dataclasses", "enum", "typing", "collections", "collections.abc", "random"}


def part_of(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path):
    """(module, is at the top of the file) for every import."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        top = node in tree.body
        if isinstance(node, ast.Import):
            for name in node.names:
                yield name.name, top
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield node.module, top


INSIDE = [path for path in MODULES if part_of(path) != "__init__"]


@pytest.mark.parametrize("path", INSIDE, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_earlier_layers(path):
    here = part_of(path)
    for module, _ in imports(path):
        if module.startswith("raftlab."):
            there = module.split(".")[1]
            assert ROW[there] <= ROW[here], f"{here} must not know {there}"
            if ROW[there] == ROW[here] and there != here:
                assert here in CORE, f"{here} and {there} must not know each other"


@pytest.mark.parametrize("name", ["draw", "player"])
def test_draw_and_player_know_the_trace_and_nothing_else(name):
    for path in (PACKAGE / name).glob("*.py"):
        for module, _ in imports(path):
            if module.startswith("raftlab."):
                assert module.startswith((f"raftlab.{name}", "raftlab.sim.trace", "raftlab.sim.errors"))


@pytest.mark.parametrize("name", CORE)
def test_the_core_is_pure(name):
    path = PACKAGE / f"{name}.py"
    for each in [path] if path.exists() else (PACKAGE / name).glob("*.py"):
        for module, _ in imports(each):
            allowed = PURE | ({"json"} if name == "kv" else set())  # its state is text, for snapshots
            assert module in allowed or module.startswith("raftlab."), f"{each.name} imports {module}"
        assert not re.search(r"\b(print|open|input)\(", each.read_text())


def test_extensions_do_not_know_each_other():
    for path in set((PACKAGE / "extensions").glob("*.py")) - {PACKAGE / "extensions" / "__init__.py"}:
        assert not [m for m, _ in imports(path) if m.startswith("raftlab.extensions.")]


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


# The textbook may be longer than a module should be, because it is read from top to bottom.
LONGEST = {"raft.py": 360, "cluster.py": 350, "messages.py": 330}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_and_functions_stay_short(path):
    text = path.read_text()
    assert len(text.splitlines()) <= LONGEST.get(path.name, 300)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.name != "__init__":
            docstring = len((ast.get_docstring(node) or "").splitlines())
            assert node.end_lineno - node.lineno - docstring < 40, f"{path.name}: {node.name}"


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
        if path.is_file() and ".venv" not in path.parts
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
    assert "innerHTML" not in (PACKAGE / "player" / "player.js").read_text()


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

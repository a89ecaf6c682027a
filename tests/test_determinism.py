"""The same story gives the same trace, byte for byte, whatever the hash seed and the Python."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Runs with nothing but the standard library: also in another Python that has no packages.
SCRIPT = """
import hashlib, json
from raftlab import STORIES, Cluster
for name, story in STORIES.items():
    cluster = Cluster(story)
    cluster.tick(story.ticks)
    trace = cluster.trace
    text = json.dumps([trace.start, trace.messages, trace.events])
    print(name, hashlib.sha256(text.encode()).hexdigest())
"""


def fingerprints(command, **env):
    found = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | env,
    )
    return found.stdout.split("\n")


@pytest.fixture(scope="module")
def expected():
    return fingerprints([sys.executable, "-c", SCRIPT], PYTHONHASHSEED="0")


def test_the_script_says_something(expected):
    assert len(expected) > 8
    assert len(set(expected)) == len(expected)


@pytest.mark.parametrize("seed", ["1", "42", "random"])
def test_a_trace_does_not_depend_on_the_hash_seed(expected, seed):
    assert fingerprints([sys.executable, "-c", SCRIPT], PYTHONHASHSEED=seed) == expected


PYODIDE = """
const { loadPyodide } = await import(process.argv[2]);
const python = await loadPyodide();
python.FS.mkdirTree("/course");
python.FS.mount(python.FS.filesystems.NODEFS, { root: process.argv[3] }, "/course");
python.runPython("import sys; sys.path.insert(0, '/course')");
console.log(python.runPython("import platform; platform.python_version()"));
python.runPython(process.argv[4]);
"""


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_newer_python_makes_the_same_traces(expected, tmp_path):
    """The npm package pyodide is a newer CPython that runs in node."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("This test runs a newer Python in node, and node and npm are not both here.")
    install = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(tmp_path), "pyodide@0.29"],
        capture_output=True, text=True,
    )  # fmt: skip
    if install.returncode != 0:
        pytest.skip("This test runs a newer Python in node, and npm could not install it here.")
    script = tmp_path / "run.mjs"
    script.write_text(PYODIDE)
    module = tmp_path / "node_modules" / "pyodide" / "pyodide.mjs"
    version, *found = fingerprints(["node", str(script), str(module), str(ROOT), SCRIPT])
    assert version.split(".")[:2] != list(map(str, sys.version_info[:2]))
    assert found == expected


def test_a_fingerprint_notices_a_single_changed_letter():
    one, other = (hashlib.sha256(json.dumps(["x", n]).encode()).hexdigest() for n in (1, 2))
    assert one != other

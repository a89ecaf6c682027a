"""The same story gives the same trace, byte for byte, with any hash seed and any version of Python.

Each process of the tests has a hash seed of its own, so the golden stories (`test_story.py`) show a little of it every time.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from faulty import faulty_story

from raftlab import Cluster

ROOT = Path(__file__).parent.parent

# Runs with nothing but the standard library: also in another Python that has no packages.
SCRIPT = f"""
import hashlib, json
from raftlab import STORIES, Story, History, play
from raftlab.experiments.setting import Setting
from raftlab.experiments.trial import run_trial
from raftlab.models.cloudflare import ControlPlane
from raftlab.models.scenes import SCENES

def tell(name, text):
    print(name, hashlib.sha256(text.encode()).hexdigest())

faulty = {[faulty_story(seed).to_json() for seed in range(5)]!r}
scenes = {{name: (story, None) for name, story in STORIES.items()}} | SCENES
scenes |= {{f"faulty {{seed}}": (Story.from_json(text), None) for seed, text in enumerate(faulty)}}
for name, (story, node_class) in scenes.items():
    trace = play(story, node_class=node_class)
    tell(name, json.dumps([trace.start, trace.messages, trace.events]))
history = History(STORIES["leader_crash"])
history.act("partition", ["n1", "n2"], ["n3", "n4", "n5"], tick=100)
tell("a file of branches", history.to_json())
setting = Setting((150, 155), (2.5, 2.5), 75, 6, 5, 1, 2, False, 60_000, 1_000, 1)
tell("elections", repr([run_trial(setting, number) for number in range(20)]))
tell("a control plane", repr(ControlPlane().run()))
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


@pytest.mark.slow
def test_the_script_says_something(expected):
    assert len(expected) > 13
    assert len(set(expected)) == len(expected)


@pytest.mark.slow
def test_the_script_plays_what_is_played_here(expected):
    """Otherwise the other runs might agree with each other, but not with this one."""
    cluster = Cluster(faulty_story(3))
    cluster.tick(cluster.story.ticks)
    assert f"faulty 3 {fingerprint(cluster.trace)}" in expected


def fingerprint(trace):
    return hashlib.sha256(json.dumps([trace.start, trace.messages, trace.events]).encode()).hexdigest()


def test_a_trace_is_made_again_from_the_story_alone():
    """This is also true of two runs in one process, because clusters share no dice and no counters."""
    story = faulty_story(4)
    traces = []
    for _ in range(2):
        cluster = Cluster(story)
        cluster.tick(story.ticks)
        traces.append(fingerprint(cluster.trace))
    together = [Cluster(story), Cluster(story)]
    for _ in range(story.ticks):
        for cluster in together:
            cluster.tick()
    traces += [fingerprint(cluster.trace) for cluster in together]
    assert len(set(traces)) == 1


def test_another_seed_makes_another_trace():
    story = faulty_story(4)
    seeds = [Cluster(replace(story, seed=seed, actions=())) for seed in range(3)]
    for cluster in seeds:
        cluster.tick(200)
    assert len({fingerprint(cluster.trace) for cluster in seeds}) == 3


def test_one_more_fault_changes_nobody_elses_timeouts():
    """Every node and the network have their own dice, so n1, which is cut off, times out at the same ticks."""
    quiet, lossy = (Cluster(nodes=3, seed=7) for _ in range(2))
    lossy.set_network(loss=0.5, duplication=0.5)
    for cluster in (quiet, lossy):
        cluster.isolate("n1")
        cluster.tick(300)
    timeouts = [
        [event.tick for event in cluster.trace.events if event[1:4] == ("timer", "n1", "election")]
        for cluster in (quiet, lossy)
    ]
    assert len(timeouts[0]) > 9
    assert timeouts[0] == timeouts[1]
    assert quiet.trace.messages != lossy.trace.messages


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["random", "1"])
def test_a_trace_does_not_depend_on_the_hash_seed(expected, seed):
    assert fingerprints([sys.executable, "-c", SCRIPT], PYTHONHASHSEED=seed) == expected


def python(version):
    """A Python of this version, if there is one: on the path, or where pyenv keeps it."""
    kept = sorted(map(str, Path.home().glob(f".pyenv/versions/{version}.*/bin/python")))
    return kept[0] if kept else shutil.which(f"python{version}")


@pytest.mark.slow
@pytest.mark.parametrize("version", ["3.12", "3.13", "3.14"])
def test_a_trace_does_not_depend_on_the_python(expected, version):
    """In 3.12, for instance, sum() began to round otherwise."""
    if python(version) is None or version == ".".join(map(str, sys.version_info[:2])):
        pytest.skip(f"There is no other Python {version} here to compare with.")
    assert fingerprints([python(version), "-B", "-c", SCRIPT], PYTHONHASHSEED="0") == expected


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
@pytest.mark.timeout(900)
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

"""The parts of the player that need no page are tested in node: each *.test.js of this folder is one test here."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from player_bundles import bundles, named_in

FOLDER = Path(__file__).parent
SLOW = [
    "layout.test.js",
    "presses.test.js",
]  # one tries every grouping in every room, the other plays every story
TESTS = [
    pytest.param(path, marks=pytest.mark.slow if path.name in SLOW else (), id=path.name)
    for path in sorted(FOLDER.glob("*.test.js"))
]


@pytest.mark.skipif(not shutil.which("node"), reason="These tests are JavaScript, and there is no node here.")
@pytest.mark.parametrize("path", TESTS)
def test_in_node(path, tmp_path):
    kept = tmp_path / "bundles.json"
    names = named_in(path.read_text(encoding="utf-8"))
    kept.write_text(bundles(names) if names else "{}", encoding="utf-8")
    run = subprocess.run(
        ["node", "--test", str(path)],
        capture_output=True,
        text=True,
        cwd=FOLDER.parent.parent,
        env=os.environ | {"PYTHON": sys.executable, "BUNDLES": str(kept)},
        timeout=240,
    )
    assert run.returncode == 0, run.stdout + run.stderr

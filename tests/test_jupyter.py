"""Players in saved notebooks: they are replaced by pictures when a notebook is saved, and come back while their kernel lives."""

import copy
import json
import os
import platform
import re
import subprocess
import sys
import tomllib
from base64 import b64decode
from pathlib import Path
from weakref import WeakKeyDictionary

import nbformat
import pytest
from nbconvert import HTMLExporter

from raftlab import Lab, predict
from raftlab.jupyter import (
    KEPT,
    RUN,
    STATE,
    VIEW,
    KernelsOfModels,
    bring_back,
    bring_up_to_date,
    put_away,
    speak_of_this_python,
)
from raftlab.lab.inventory import inventory
from raftlab.lab.questions import QUESTIONS
from raftlab.lab.still import Still, keep_stills
from raftlab.lab.two_majorities import two_majorities

ROOT = Path(__file__).parent.parent
MODEL = "0123456789abcdef0123456789abcdef"


def everybody(_model, _process):
    return True


def nobody(_model, _process):
    return False


def notebook_with(data, metadata=None):
    output = nbformat.v4.new_output("display_data", data, metadata=metadata or {})
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("lab", outputs=[output])])


def ours(process=7):
    data = {VIEW: {"model_id": MODEL}, "text/plain": "at tick 18", "image/svg+xml": "<svg/>"}
    return notebook_with(data, {KEPT: {"process": process}})


def output_of(notebook):
    return notebook["cells"][0]["outputs"][0]


def test_what_was_put_away_comes_back_as_it_was_while_its_kernel_lives():
    notebook = ours()
    before = copy.deepcopy(notebook)
    put_away(notebook)
    assert list(output_of(notebook)["data"]) == ["text/plain", "image/svg+xml"]
    nbformat.validate(notebook)
    bring_back(notebook, lambda model, process: (model, process) == (MODEL, 7), None)
    assert notebook == before


def test_when_the_kernel_is_gone_the_picture_stays_that_it_has_left(tmp_path):
    notebook = ours()
    put_away(notebook)
    (tmp_path / f"{MODEL}.json").write_text(json.dumps({"text/plain": "at tick 40"}))
    bring_back(notebook, nobody, tmp_path)
    assert output_of(notebook)["data"] == {"text/plain": "at tick 40", "image/svg+xml": "<svg/>"}
    assert output_of(notebook)["metadata"] == {}
    nbformat.validate(notebook)


@pytest.mark.parametrize("left", [None, "{", "no file"])
def test_when_it_has_left_nothing_the_picture_is_the_one_of_when_the_cell_ran(tmp_path, left):
    if left != "no file":
        (tmp_path / f"{MODEL}.json").write_text(left or "")
    notebook = ours()
    bring_back(notebook, nobody, tmp_path)
    assert output_of(notebook)["data"] == {"text/plain": "at tick 18", "image/svg+xml": "<svg/>"}


def test_a_notebook_cannot_have_any_other_file_read(tmp_path):
    (tmp_path / "secret.json").write_text('{"text/plain": "secret"}')
    (tmp_path / "stills").mkdir()
    notebook = ours()
    output_of(notebook)["data"][VIEW] = {"model_id": "../secret"}
    bring_back(notebook, nobody, tmp_path / "stills")
    assert "secret" not in json.dumps(notebook)


def test_a_foreign_widget_is_left_alone_if_something_can_show_it():
    notebook = notebook_with({VIEW: {"model_id": MODEL}, "text/plain": "IntSlider(value=0)"})
    before = copy.deepcopy(notebook)
    put_away(notebook)
    bring_back(notebook, everybody, None)
    assert notebook == before
    notebook["metadata"]["widgets"] = {STATE: {"state": {MODEL: {}}}}  # JupyterLab can save what it needs
    bring_back(notebook, nobody, None)
    assert VIEW in output_of(notebook)["data"]
    bring_back(before, nobody, None)
    assert output_of(before)["data"] == {"text/plain": RUN}


def test_a_player_lives_only_in_the_very_kernel_that_the_notebook_had_when_it_was_saved():
    kernels = KernelsOfModels()
    assert not kernels.lives({("k", 7)}, MODEL, 7), "a new server, whose kernel happens to have an old number"
    kernels.remember(put_away(ours()), {("k", 7)})
    assert kernels.lives({("k", 7)}, MODEL, 7)
    assert kernels.lives({("other", 3), ("k", 7)}, MODEL, 7), "a second tab with a kernel of its own"
    assert not kernels.lives(set(), MODEL, 7), "shut down"
    assert not kernels.lives({("new", 8)}, MODEL, 7), (
        "JupyterLab has begun another before it reads the notebook"
    )
    assert not kernels.lives({("k", 8)}, MODEL, 7), "begun again: it has its name still"
    kernels.remember([MODEL], {("k", 8)})
    assert not kernels.lives({("k", 8)}, MODEL, 7), "saved again with the new one, but nothing was run in it"


def test_a_foreign_widget_also_lives_only_in_the_kernel_of_its_notebook():
    kernels = KernelsOfModels()
    kernels.remember(put_away(notebook_with({VIEW: {"model_id": MODEL}})), {("k", 7)})
    assert kernels.lives({("k", 7)}, MODEL, None)
    assert not kernels.lives({("k", 8)}, MODEL, None)
    kernels.remember(["far"], {("k", None)})
    assert kernels.lives({("k", None)}, "far", 7), "a kernel elsewhere: its number here is unknown"


@pytest.mark.parametrize("make", [lambda: Lab("three_nodes", tick=18), lambda: predict("01.start"),
                                  lambda: inventory("before"), two_majorities])  # fmt: skip
def test_every_widget_of_a_lesson_says_what_it_is_and_how_to_bring_it_back(make):
    widget = make()
    data, metadata = widget._repr_mimebundle_()
    assert metadata == {KEPT: {"process": os.getpid()}}
    for kind in set(data) - {VIEW}:
        assert widget.invitation in data[kind]
    assert len(data["text/plain"]) > len(widget.invitation) + 40
    assert "VBox(" not in data["text/plain"]


def test_a_saved_notebook_that_nbconvert_makes_a_page_of_has_its_pictures_and_words_without_a_network():
    data, metadata = Lab("three_nodes", tick=18)._repr_mimebundle_()
    question, of_question = predict("01.start")._repr_mimebundle_()
    notebook = notebook_with(data, metadata)
    notebook.cells.append(notebook_with(question, of_question).cells[0])
    put_away(notebook)
    page, _ = HTMLExporter().from_notebook_node(notebook)
    (picture,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', page)
    assert "Run this cell to play." in b64decode(picture).decode()
    assert QUESTIONS["01.start"].text in page
    assert "model_id" not in page


def test_a_kernel_that_ends_leaves_pictures_of_what_was_looked_at_further_and_of_nothing_else(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(Still, "_shown", WeakKeyDictionary())
    moved, resting = Lab("three_nodes", tick=18), Lab("three_nodes", tick=18)
    shown = {widget: widget._repr_mimebundle_() for widget in (moved, resting)}
    keep_stills(tmp_path / "stills")
    assert not (tmp_path / "stills").exists()
    moved.go(40)
    keep_stills(tmp_path / "stills")
    (path,) = (tmp_path / "stills").iterdir()
    assert path.stem == moved.model_id == shown[moved][0][VIEW]["model_id"]
    left = json.loads(path.read_text())
    assert "Tick 40: n2 leads term 1." in left["text/plain"]
    assert ">Tick 40: n2 leads term 1." in left["image/svg+xml"]
    assert ">Run this cell to play.</text>" in left["image/svg+xml"]

    moved.go(18)
    keep_stills(tmp_path / "stills")
    assert json.loads(path.read_text())["text/plain"] == shown[moved][0]["text/plain"], "it went back"


def test_a_notebook_is_saved_with_the_pictures_that_its_kernel_has_left_of_the_moment(tmp_path):
    notebook = ours()
    put_away(notebook)
    (tmp_path / f"{MODEL}.json").write_text(
        json.dumps({"text/plain": "at tick 40", "image/svg+xml": "<svg>40"})
    )
    bring_up_to_date(notebook, tmp_path)
    assert output_of(notebook)["data"] == {"text/plain": "at tick 40", "image/svg+xml": "<svg>40"}
    assert output_of(notebook)["metadata"][KEPT]["view"] == {"model_id": MODEL}, (
        "and its player can come back"
    )


def test_only_the_kernels_that_may_know_a_player_are_asked_for_its_picture():
    kernels = KernelsOfModels()
    kernels.remember([MODEL], {("k", 7)})
    assert kernels.that_know([MODEL, "other"], {("k", 7), ("second", 8)}) == {"k"}
    assert not kernels.that_know([MODEL], {("k", 8)}), "begun again"
    assert not kernels.that_know([], {("k", 7)})


def test_a_notebook_that_is_opened_names_this_python_and_one_of_another_language_stays_as_it_is():
    def notebook_of(kernel, language):
        info = {"name": language, "version": "3.0.0"}
        return {"metadata": {"kernelspec": {"name": kernel}, "language_info": info}}

    for kernel, language, version in (
        ("python3", "python", platform.python_version()),
        ("mine", "python", "3.0.0"),
        ("r", "R", "3.0.0"),
    ):
        notebook = notebook_of(kernel, language)
        speak_of_this_python(notebook)
        assert notebook["metadata"]["language_info"]["version"] == version
    bare = {"metadata": {}}
    speak_of_this_python(bare)
    assert bare == {"metadata": {}}


def test_the_extension_is_found_by_every_jupyter_server_and_is_quick_to_load():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["data-files"]
    ((folder, (file,)),) = settings.items()
    assert folder == "etc/jupyter/jupyter_server_config.d"
    (name,) = json.loads((ROOT / file).read_text())["ServerApp"]["jpserver_extensions"]
    code = f"import sys, {name} as it; assert it._load_jupyter_server_extension; print('ipywidgets' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert ran.stdout.strip() == "False", ran.stderr

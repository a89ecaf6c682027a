"""What raftlab's own rules are asked and answer is recorded before a learner needs it."""

import os
import subprocess
import sys
import time

import pytest
from answers import RIGHT_VOTE

from raftlab import check
from raftlab.exercises import first_transcripts
from raftlab.exercises.first_transcripts import NOTE, locked, record, record_all
from raftlab.exercises.items import ITEMS
from raftlab.exercises.write_it import layers_of
from raftlab.remote import kept, transcript


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    """An empty folder for caches."""
    monkeypatch.setattr(transcript, "PASSED", {})
    monkeypatch.setattr(transcript, "_NEW", set())
    monkeypatch.setenv("RAFTLAB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def only_a_vote(monkeypatch):
    """Only one item is there to be recorded."""
    monkeypatch.setattr(first_transcripts, "ITEMS", {"on_request_vote": ITEMS["on_request_vote"]})


def test_the_first_right_answer_of_a_learner_passes_without_the_checks(monkeypatch):
    record(ITEMS["on_request_vote"])
    transcript.PASSED.clear()  # as in another process

    def none(self, raft):
        raise AssertionError("a check is run")

    for layer in layers_of(ITEMS["on_request_vote"]):
        monkeypatch.setattr(type(layer.checks[0]), "run", none)
    assert check("on_request_vote", RIGHT_VOTE, progress=None).points == 10


def test_they_are_recorded_once(only_a_vote, cache, monkeypatch):
    assert record_all() == f"The first transcripts of 1 item are in {cache}."
    monkeypatch.setattr(first_transcripts, "record", None)
    assert record_all() == f"The first transcripts are already in {cache}."


def test_those_of_other_code_are_recorded_again(only_a_vote, cache, monkeypatch):
    recorded = []
    monkeypatch.setattr(first_transcripts, "record", recorded.append)
    record_all()
    monkeypatch.setattr(kept, "CODE", "another version")
    record_all()
    assert recorded == 2 * [ITEMS["on_request_vote"]]


def test_where_they_cannot_be_kept_nothing_is_recorded(only_a_vote, cache, monkeypatch):
    cache.write_text("no folder")
    monkeypatch.setattr(first_transcripts, "record", None)
    assert record_all().startswith("The first transcripts cannot be kept: ")


@pytest.mark.skipif(first_transcripts.fcntl is None, reason="Windows has no such locks")
def test_two_do_not_record_at_once(only_a_vote, cache, monkeypatch):
    monkeypatch.setattr(first_transcripts, "record", None)
    with locked(cache / NOTE):
        assert record_all() == "Another process is recording the first transcripts."


def test_beside_jupyterlab_it_ends_when_jupyterlab_ends(cache):
    command = [sys.executable, "-m", "raftlab.exercises.first_transcripts", "--beside"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as beside:
        while not (cache / NOTE).exists():
            time.sleep(0.05)
        if hasattr(os, "getpriority"):
            assert os.getpriority(os.PRIO_PROCESS, beside.pid) == 19
        beside.stdin.close()
        assert beside.wait(60) == 0
    assert (cache / NOTE).read_bytes() == b""  # it had not come to its end

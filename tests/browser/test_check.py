"""A learner checks an answer in JupyterLab: sees what is wrong, and the run beside Raft's, gets a hint, and then is right."""

import os

import pytest
from answers import RIGHT_VOTE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WRONG = RIGHT_VOTE.replace("taken = node.voted_for not in (None, msg.src)", "taken = False").strip()
IMPORT = "from raftlab import check, hint\nfrom raftlab.messages import RequestVoteReply\n"


def test_a_wrong_answer_its_message_its_run_a_hint_the_right_answer_and_the_points(bench):
    bench.page.set_viewport_size({"width": 1500, "height": 1900})
    bench.put(IMPORT + WRONG + "\ncheck('on_request_vote', on_request_vote)")
    bench.player.first.wait_for()
    told = bench.panel.inner_text()
    assert "its vote given to n1" in told
    assert "it gives its vote instead of refusing it" in told
    assert "Election Safety is broken" in told
    assert bench.player.count() == 2, "the answer's run, and the reference's beside it"
    assert "Which rules your nodes follow cannot be shown." in told
    assert "With Raft's own" in told
    if picture := os.environ.get("RAFTLAB_PICTURE"):
        bench.page.wait_for_timeout(1500)
        bench.page.screenshot(path=picture)

    assert "Hint 1 of 3" in bench.run("print(hint('on_request_vote'))")
    said = bench.run(RIGHT_VOTE.strip() + "\nprint(check('on_request_vote', on_request_vote))")
    assert said.startswith("on_request_vote: 10 of 10 points.")
    assert "10 of 10 points in the exercises tried" in bench.run(
        "from raftlab import course\nprint(course()._repr_markdown_())"
    )

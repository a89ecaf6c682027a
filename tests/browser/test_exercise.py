"""A learner does an exercise in JupyterLab: a wrong answer with its message and run, a hint, the right answer, and the points."""

import pytest
from browser_help import PATIENCE, LabPage, new_context, open_notebook, wait_until_idle, watch

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WRONG = """
def on_request_vote(node, msg):
    worse = (msg.last_log_term, msg.last_log_index) < (node.log.last_term, node.log.last_index)
    if msg.term < node.term or worse:
        return node.reply_vote(msg, vote_granted=False, because="UTD")
    node.voted_for = msg.src
    node.save()
    node.reset_election_timer()
    node.reply_vote(msg, vote_granted=True, because="RV-2")
""".strip()
RIGHT = WRONG.replace("or worse", "or worse or node.voted_for not in (None, msg.src)")
STORY = """
def story_a():
    return Story("two", "Two stand at once", nodes=3, ticks=40, goals=(),
                 actions=((0, "set_network", (1, 1)), (0, "time_out", "n1"), (0, "time_out", "n3")))
""".strip()
ME = 'me = "Nancy Lynch"'  # her suspect of 02.a counts refusals
ANOTHER = 'me = "Barbara Liskov"'  # in hers a candidate leads at once


class ExercisePage(LabPage):
    """The exercise that is open. Its code cells are found by words in them. A second cluster inside a player does not count as a player."""

    place = f"{LabPage.place}:not(.rl-part)"
    player_in_js = f'document.querySelector("{place}").parentElement.raftPlayer'

    def run_cell(self, words, source=None):
        """Run the first code cell with these words in it, with another text if one is given; return what it shows."""
        self.page.evaluate(
            """async ([words, source]) => {
                const notebook = window.jupyterapp.shell.currentWidget.content;
                const place = notebook.widgets.findIndex(({ model }) =>
                    model.type === "code" && model.sharedModel.getSource().includes(words));
                if (place < 0) throw new Error(`No code cell has ${words}.`);
                notebook.activeCellIndex = place;
                notebook.deselectAll();
                if (source) notebook.activeCell.model.sharedModel.setSource(source);
                await window.jupyterapp.commands.execute("notebook:run-cell");
            }""",
            [words, source],
        )
        wait_until_idle(self.page)
        self.page.wait_for_timeout(300)  # the last output is drawn only after the kernel is idle
        return self.page.evaluate(
            "() => window.jupyterapp.shell.currentWidget.content.activeCell.outputArea.node.innerText"
        )


@pytest.fixture
def exercise(browser, jupyterlab):
    context = new_context(browser, viewport={"width": 1500, "height": 1900})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    made = ExercisePage(page)
    made.complaints = watch(page)
    open_notebook(page, jupyterlab.url, "exercises/02_election.ipynb")
    made.run_cell("from raftlab import")
    yield made
    context.close()


def test_a_learner_writes_a_rule_is_told_what_is_wrong_is_helped_and_gets_the_points(exercise):
    exercise.run_cell("def on_request_vote(node, msg)")
    told = exercise.run_cell('check("on_request_vote"')
    assert "0 of 10 points" in told
    assert "Not written yet" in told

    exercise.run_cell("def on_request_vote(node, msg)", WRONG)
    exercise.run_cell('check("on_request_vote"')
    exercise.player.first.wait_for()
    told = exercise.panel.inner_text()
    assert "its vote given to n1" in told
    assert "it gives its vote instead of refusing it" in told
    assert "Election Safety is broken" in told
    assert exercise.player.count() == 2, "the answer's run, and the reference's beside it"
    exercise.wait("w.broken && Object.keys(w.broken).length > 0 || p.position.tick > 0")
    before = exercise.look("p.position.count")
    exercise.player.first.get_by_role("button", name="Next ▶").click()
    assert exercise.look("p.position.count") > before, "the run goes on when one steps"

    assert "Hint 1 of 3" in exercise.run("print(hint('on_request_vote'))")
    exercise.run_cell("def on_request_vote(node, msg)", RIGHT)
    told = exercise.run_cell('check("on_request_vote"')
    assert "10 of 10 points" in told
    assert told.strip().endswith("10"), "and the number for the grade"
    shown = exercise.run("from raftlab import course\nprint(course()._repr_markdown_())")
    assert "10 of 10 points in the exercises tried" in shown
    assert not exercise.complaints, "The page complained:\n" + "\n".join(exercise.complaints)


def test_a_learner_convicts_a_faulty_node(exercise):
    exercise.run_cell("me =", ME)
    told = exercise.run_cell('suspect("02.a"')
    assert "a mistake in one place" in told
    exercise.run_cell("def story_a", STORY.replace('(0, "time_out", "n3")', '(20, "time_out", "n3")'))
    told = exercise.run_cell('convict("02.a"')
    assert "0 of 20 points" in told
    assert "Not proved" in told
    assert "The faulty nodes, at tick" in told
    assert "Hint 1 of 3" in exercise.run("print(hint('02.a', me))")
    exercise.run_cell("def story_a", STORY)
    told = exercise.run_cell('convict("02.a"')
    assert "20 of 20 points" in told
    assert "counts refusals" in told
    assert not exercise.complaints, "The page complained:\n" + "\n".join(exercise.complaints)


def test_a_learner_plays_a_node_in_the_fog_which_lifts_when_all_is_answered(exercise, jupyterlab):
    open_notebook(exercise.page, jupyterlab.url, "exercises/04_replication.ipynb")
    exercise.run_cell("from raftlab import")
    exercise.run_cell("me =", ME)
    assert "You are n" in exercise.run_cell('questions("04", me)')
    answers = "def answer_2():\n    return ["
    exercise.run_cell("def answer_2", answers + '{"vote": "n1"}]')
    told = exercise.run_cell('answer("04.2"')
    assert "There is no thing to answer with 'vote'. Did you mean 'voted_for'?" in told
    assert "Traceback" not in told
    exercise.run_cell("def answer_2", answers + '{"reply": "no"}]')
    told = exercise.run_cell('answer("04.2"')
    assert "0 of 10 points" in told
    assert "Event 2, at tick" in told
    assert not set("✓✕") & set(told)
    exercise.run_cell("def answer_2", answers + "{}, " * 40 + "]")
    told = exercise.run_cell('answer("04.2"')
    assert "✕ tick 2: you receive from n" in told
    assert "The whole run" in told
    assert "The rules say" not in told
    assert not exercise.complaints, "The page complained:\n" + "\n".join(exercise.complaints)


def test_what_a_learner_tries_by_hand_on_the_suspects_becomes_the_story(exercise):
    """Two nodes start an election at once. Both faulty nodes lead, but not both correct ones. This then becomes the learner's story."""
    exercise.run_cell("me =", ANOTHER)
    exercise.run_cell('suspect("02.a"')
    exercise.player.first.wait_for()
    clusters = exercise.player.first.locator(".rl-twin")
    assert [each.partition("\n")[0] for each in clusters.all_inner_texts()] == ["Faulty nodes", "Raft"]

    story = exercise.player.first.get_by_role("button", name="make this my story")
    story.click()
    exercise.player.get_by_text("Nothing has been done yet.").wait_for()
    for node in "13":
        exercise.press(node, "t")
        exercise.wait(f"w.views.n{node}.role === 'leader'")
    exercise.wait("Object.keys(w.broken).length > 0")
    other = "Object.values(p.twin.run.branch.at(p.twin.run.position.count).views)"
    exercise.wait("p.twin.run.position.tick === p.position.tick")
    assert exercise.look(f"{other}.filter(({{ role }}) => role === 'leader').length") <= 1
    assert exercise.look("Object.values(w.views).filter(({ role }) => role === 'leader').length") == 2

    story.click()
    exercise.player.get_by_text("Written into your cell below.").wait_for()
    told = exercise.run_cell("def story_a")
    assert "Error" not in told
    cells = "window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells.map((cell) => cell.getSource())"
    mine = next(each for each in exercise.page.evaluate(cells) if "def story_a" in each)
    assert "(0, 'time_out', 'n3')" in mine
    assert "20 of 20 points" in exercise.run_cell('convict("02.a"')

    # Undo in the cell brings back its old text.
    exercise.page.evaluate(
        """() => {
            const notebook = window.jupyterapp.shell.currentWidget.content;
            notebook.widgets.find((cell) => cell.model.sharedModel.getSource().includes("def story_a")).editor.undo();
        }"""
    )
    assert any(
        "raise NotImplementedError" in each and "def story_a" in each
        for each in exercise.page.evaluate(cells)
    )
    assert not exercise.complaints, "The page complained:\n" + "\n".join(exercise.complaints)

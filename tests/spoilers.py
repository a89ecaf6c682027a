"""What a learner can see around a question that is not answered yet, and which of these words reveal the answer."""

import ast
import re
from functools import cache

from keyed_words import KEYED_WORDS

from raftlab import play, show_rule
from raftlab.draw import describe
from raftlab.lab.questions import QUESTIONS, RECALL
from raftlab.lab.scenes import scene, scene_that_asks_nothing

SCREEN = 650  # pixels of a notebook that are seen at once on a screen of 1024 x 768
LINE, LETTERS = 22, 85  # the height of a line of text, and how many letters it has
PICTURE, PLAYER, QUESTION = 250, 500, 250  # their heights, about
REPEATED = 6  # if this many words of the right choice or its explanation are repeated, it is no chance
FOLDED = re.compile(r"<details[^>]*>\s*<summary>(.*?)</summary>.*?</details>", re.DOTALL)
IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")


def words(text):
    """The words of a text in small letters; x=2 is one word, and so are 8,005 and append-only."""
    return [word.strip(",-'") for word in re.findall(r"[\w=+,'’-]+", text.lower()) if word.strip(",-'")]


def sentences(text):
    return [found for each in re.split(r"[.!?;:](?=\s|$|[*\"”)])|\n", text) if (found := words(each))]


def tells(text, question):
    """The words of a text that reveal the answer of a question; None if none do."""
    for sentence in sentences(text):
        for phrase in KEYED_WORDS[question.id]:
            if all(stands_in(part.split("_"), sentence) for part in phrase.split()):
                return f"{phrase!r} in {' '.join(sentence)!r}"
    right = next(choice for choice in question.choices if choice.right)
    known = words(question.text)
    for said in (right.text, right.answer, question.explanation):
        said, seen = words(said), " ".join(words(text))
        for start in range(len(said) - REPEATED + 1):
            repeated = said[start : start + REPEATED]
            if " ".join(repeated) in seen and not set(repeated) <= set(known):
                return f"{' '.join(repeated)!r} is what is said about the right choice"
    return None


def stands_in(parts, sentence):
    """Does a sentence have words with these beginnings, one after the other?"""
    return any(
        all(word.startswith(part) for word, part in zip(sentence[start:], parts, strict=False))
        for start in range(len(sentence) - len(parts) + 1)
    )


def seen_of(cell):
    """What a cell shows before the learner presses anything, as (text, height) from top to bottom."""
    if cell.cell_type == "markdown":
        text = FOLDED.sub(r"\1", cell.source)
        pictures = IMAGE.findall(text)
        read = IMAGE.sub("", text)
        lines = sum(1 + len(line) // LETTERS for line in read.split("\n") if line)
        return [(alt, PICTURE) for alt in pictures] + [(read, lines * LINE)]
    code = [("", (1 + cell.source.count("\n")) * LINE)]
    return code + [part for call in calls(cell.source) for part in shown_by(*call)] + [*outputs(cell)]


def calls(source):
    """The names and plain arguments of the functions that a cell calls last."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Expr | ast.Assign) and isinstance(node.value, ast.Call):
            call = node.value
            named = {
                word.arg: word.value.value for word in call.keywords if isinstance(word.value, ast.Constant)
            }
            given = [each.value for each in call.args if isinstance(each, ast.Constant)]
            yield getattr(call.func, "id", ""), given, named


def shown_by(name, given, named):
    if name == "predict":
        question = QUESTIONS[given[0]]
        run = [] if question.run is None else [(player_at(*question.run, asks=False), PLAYER)]
        return [(question.text, QUESTION), *run]
    if name == "Lab" and given:
        return [(player_at(given[0], named.get("tick", 0)), PLAYER)]
    if name == "show_rule" and given:
        return [(show_rule(given[0]).rule.text, PICTURE)]
    return []


@cache
def player_at(story, tick, asks=True):
    """The words of a player that is opened at a tick: the story's latest sentence, and the state of the nodes."""
    found, node_class = scene(story) if asks else scene_that_asks_nothing(story)
    trace = play(found, node_class=node_class)
    said = [event.detail[1] for event in trace.events if event.what == "stop" and event.tick <= tick]
    return "\n".join([*said[-1:], describe(trace, tick)])


def outputs(cell):
    """What a cell has printed or drawn, if it was run. For players and questions it need not run."""
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        if "application/vnd.jupyter.widget-view+json" not in data:
            told = data.get("text/markdown") or data.get("text/plain") or output.get("text", "")
            yield told, PICTURE if "image/png" in data else (1 + told.count("\n")) * LINE


def in_view(cells, place):
    """What a learner may see together with the question of this cell, and at the top of the lesson."""
    room = SCREEN - QUESTION
    above = (part for cell in reversed(cells[1:place]) for part in reversed(seen_of(cell)))
    below = (part for cell in cells[place + 1 :] for part in seen_of(cell))
    own = seen_of(cells[place])[2:]  # behind the code and the question itself: the player of its run
    top = [text for text, _ in seen_of(cells[0])]
    left = room - sum(height for _, height in own)
    return [*top, *nearest(above, room), *[text for text, _ in own], *nearest(below, left)]


def nearest(parts, room):
    """The texts that begin within this height."""
    for text, height in parts:
        if room <= 0:
            return
        yield text
        room -= height


def spoilers(notebook):
    """Each question of a lesson whose answer is in view: question -> the words that reveal it."""
    for place, cell in enumerate(notebook.cells):
        for id in asked_by(cell):
            for text in in_view(notebook.cells, place):
                found = tells(text, QUESTIONS[id])
                if found:
                    yield f"{id}: {found}"


def asked_by(cell):
    """The questions that a cell asks, including those from earlier lessons."""
    code = cell.source if cell.cell_type == "code" else ""
    again = [id for lesson in re.findall(r"""recall\(["'](\w+)["']\)""", code) for id in RECALL[lesson]]
    return [*again, *re.findall(r"""predict\(["']([\w.]+)["']\)""", code)]

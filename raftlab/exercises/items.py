"""All items, by name; and those of them that are rules of a node."""

from raftlab.exercises.figure_2 import FIGURE_2
from raftlab.exercises.item import Item
from raftlab.exercises.lessons import (
    l01_roles,
    l02_election,
    l03_split_vote,
    l04_replication,
    l05_partitions,
    l06_byzantine,
    l07_beyond_figure_2,
    l08_find_the_bug,
    l09_sandbox,
)
from raftlab.exercises.weights import KINDS, WEIGHTS, worth
from raftlab.exercises.write_it import Rule

__all__ = ["BEYOND", "FIGURE_2", "ITEMS"]

LESSONS = (
    l01_roles, l02_election, l03_split_vote, l04_replication, l05_partitions, l06_byzantine,
    l07_beyond_figure_2, l08_find_the_bug, l09_sandbox,
)  # fmt: skip
PARAGRAPH = 5  # the points for the paragraph of each exercise, which a person marks
ITEMS: dict[str, Item] = {item.name: item for lesson in LESSONS for item in lesson.ITEMS}
BEYOND: dict[str, Rule] = {  # the rules of extensions
    name: item for name, item in ITEMS.items() if isinstance(item, Rule) and item.extensions
}


def in_the_grade(item: Item) -> float:
    """What one point of an item is worth in the grade of its exercise; 0 if the lesson has no items of some kind.

    >>> in_the_grade(ITEMS["on_request_vote"]), in_the_grade(ITEMS["played_by_hand"])
    (0.75, 0.0)
    """
    most = dict.fromkeys(KINDS, 0.0)
    for each in ITEMS.values():
        if each.lesson == item.lesson:
            most[each.kind] += each.points
    most["read"] += PARAGRAPH
    return worth(most, WEIGHTS)[item.kind] if all(most.values()) else 0.0

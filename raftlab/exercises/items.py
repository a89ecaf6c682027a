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
from raftlab.exercises.write_it import Rule

__all__ = ["BEYOND", "FIGURE_2", "ITEMS"]

LESSONS = (
    l01_roles, l02_election, l03_split_vote, l04_replication, l05_partitions, l06_byzantine,
    l07_beyond_figure_2, l08_find_the_bug, l09_sandbox,
)  # fmt: skip
ITEMS: dict[str, Item] = {item.name: item for lesson in LESSONS for item in lesson.ITEMS}
BEYOND: dict[str, Rule] = {  # the rules of extensions
    name: item for name, item in ITEMS.items() if isinstance(item, Rule) and item.extensions
}

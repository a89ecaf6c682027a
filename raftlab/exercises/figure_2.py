"""The rules of Figure 2 that learners write one by one. Together they are a whole Raft."""

from raftlab.exercises.lessons import (
    l01_roles,
    l02_election,
    l03_split_vote,
    l04_replication,
    l05_partitions,
)
from raftlab.exercises.write_it import Rule

FIGURE_2: dict[str, Rule] = {
    item.name: item
    for lesson in (l01_roles, l02_election, l03_split_vote, l04_replication, l05_partitions)
    for item in lesson.ITEMS
    if isinstance(item, Rule) and not item.extensions
}

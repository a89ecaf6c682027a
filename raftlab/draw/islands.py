"""The layout of the cluster's picture: nodes that can reach each other are on one island, with walls between islands."""

from collections.abc import Iterable, Mapping
from itertools import combinations, pairwise, permutations
from math import ceil, hypot, sqrt
from typing import NamedTuple

from raftlab.draw.canvas import Point
from raftlab.draw.cuts import BEFORE

GAP = 2 * BEFORE  # the distance between two islands, with the wall in its middle
BESIDE, ABOVE = 52, 80  # from an island's edge to the middle of a node, so that its label and votes have room
LARGEST, SMALLEST = 34, 13  # the radius of a node


class Island(NamedTuple):
    """A rectangle with the nodes on it."""

    nodes: list[str]
    x: float
    y: float
    width: float
    height: float

    def holds(self, point: Point) -> bool:
        """Is a point on this island?"""
        return 0 <= point[0] - self.x <= self.width and 0 <= point[1] - self.y <= self.height


class Layout(NamedTuple):
    """The islands, the walls between them, the places of the nodes, the sides of their labels (-1: above), and their radius."""

    islands: list[Island]
    walls: list[tuple[Point, Point]]
    places: dict[str, Point]
    outwards: dict[str, int]
    radius: float

    def island_of(self, node: str) -> Island:
        """The island of a node."""
        return next(island for island in self.islands if node in island.nodes)


def layout_of(
    nodes: list[str], down: Iterable[str], x: float, y: float, width: float, height: float
) -> Layout:
    """Lay everything out within a rectangle. down: the directions that are cut, as "n1>n2"."""
    groups = groups_of(nodes, set(down))
    most = len(groups) if len(groups) <= 4 else ceil(sqrt(len(groups) * width / height))
    rows = [groups[start : start + most] for start in range(0, len(groups), most)]
    high = (height - GAP * (len(rows) - 1)) / len(rows)
    islands, walls = [], []
    for number, row in enumerate(rows):
        top = y + number * (high + GAP)
        if number:
            walls.append(((x, top - GAP / 2), (x + width, top - GAP / 2)))
        here = list(_in_a_row(row, x, top, width, high))
        walls += [((b.x - GAP / 2, top), (b.x - GAP / 2, top + high)) for _, b in pairwise(here)]
        islands += here
    places: dict[str, Point] = {}
    outwards: dict[str, int] = {}
    for island in islands:
        middle = (island.x + island.width / 2, island.y + island.height / 2)
        half = max(0, island.width / 2 - BESIDE), max(island.height / 4, island.height / 2 - ABOVE)
        stand = around_the_middle(island.nodes, middle, half)
        places |= stand
        outwards |= {node: -1 if at[1] <= middle[1] + 1 else 1 for node, at in stand.items()}
    nearest = min(
        (hypot(a[0] - b[0], a[1] - b[1]) for a, b in combinations(places.values(), 2)), default=1000
    )
    radius = max(SMALLEST, min(LARGEST, nearest / 2 - 12, high / 4 - 26))
    return Layout(islands, walls, places, outwards, radius)


def groups_of(nodes: list[str], down: set[str]) -> list[list[str]]:
    """The groups of nodes that reach each other in both directions, directly or through others; as in the player."""
    import networkx

    graph = networkx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from((a, b) for a, b in permutations(nodes, 2) if f"{a}>{b}" not in down)
    groups = [sorted(group, key=nodes.index) for group in networkx.strongly_connected_components(graph)]
    return sorted(groups, key=lambda group: nodes.index(group[0]))


def around_the_middle(nodes: list[str], middle: Point, half: Point) -> dict[str, Point]:
    """Nodes on an ellipse with these half axes, the first on top, the others clockwise."""
    import networkx

    if len(nodes) == 1:
        return {nodes[0]: middle}
    # From the right, counter-clockwise: x and y change places.
    circle: Mapping[str, Point] = networkx.circular_layout(nodes)
    # Rounded, so that the picture is the same on processors whose sine differs in the last bits.
    return {
        node: (round(middle[0] + half[0] * float(y), 1), round(middle[1] - half[1] * float(x), 1))
        for node, (x, y) in circle.items()
    }


def _in_a_row(groups: list[list[str]], x: float, y: float, width: float, height: float) -> Iterable[Island]:
    """Islands side by side, each with a width in proportion to its number of nodes."""
    shares = [1 + sqrt(len(group)) for group in groups]
    room = width - GAP * (len(groups) - 1)
    for group, share in zip(groups, shares, strict=True):
        wide = room * share / sum(shares)
        yield Island(group, x, y, wide, height)
        x += wide + GAP

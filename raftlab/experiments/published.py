"""The numbers of Figure 16 of the paper, read from the thesis's vector graphics (`leaderelection/benchmarks-*.svg`).

The graphs are by Diego Ongaro, licensed CC BY; the numbers were derived from them, to about 1 ms.
"""

from typing import NamedTuple

CREDIT = "D. Ongaro, CC BY"


class Line(NamedTuple):
    """One line of the figure: 1000 elections with timeouts from a range. All times in milliseconds.

    quantiles: share of elections -> the time within which they were done; 0: the shortest time, 1: the longest.
    """

    timeout_ms: tuple[int, int]
    mean: float
    quantiles: dict[float, float]


def _line(shortest: int, longest: int, least: float, mean: float, *rest: float) -> tuple[str, Line]:
    shares = (0.0, 0.5, 0.9, 0.99, 1.0) if len(rest) == 4 else (0.0, 0.5, 0.9, 1.0)
    quantiles = dict(zip(shares, (least, *rest), strict=True))
    return f"{shortest}-{longest} ms", Line((shortest, longest), mean, quantiles)


# "150-150 ms": 99 of 100 elections; one is off the chart, so the mean and the longest time are without it.
FIGURE_16: dict[str, Line] = dict([
    #     timeouts  least  mean median   90 %  99 %   longest
    _line(150, 150, 13_819, 53_900, 42_600, 86_800, 528_000),
    _line(150, 151, 87, 1536, 1199, 3134, 6029, 8232),
    _line(150, 155, 87, 345, 287, 610, 1280, 2143),
    _line(150, 175, 87, 164, 141, 291, 468, 610),
    _line(150, 200, 91, 156, 146, 194, 353, 512),
    _line(150, 300, 93, 181, 171, 244, 422, 603),
    _line(12, 24, 15, 35, 30, 53, 88, 152),
    _line(25, 50, 24, 48, 43, 74, 122, 276),
    _line(50, 100, 37, 71, 67, 96, 170, 253),
    _line(100, 200, 67, 125, 120, 167, 277, 335),
])  # fmt: skip

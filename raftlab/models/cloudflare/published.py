"""Published numbers about Cloudflare's outage of 2 November 2020. They are quoted beside the model, which does not read them.

Two numbers are easily confused: from 14:43, when the switch fell sick, to 21:20, when the first replica was back, it
is 6 h 37 min. The official 6 h 33 min are counted from the beginning of the impact, 14:47.
"""

from typing import NamedTuple

POST = "T. Lianza and C. Snook, A Byzantine failure in the real world, Cloudflare blog, 2020-11-27"
READ = "read in the source"
SECOND_HAND = "read in summaries of the source"


class Published(NamedTuple):
    """A published number, its unit, its meaning, and how certain it is."""

    value: float
    unit: str
    meaning: str
    status: str
    source: str = POST


LOWEST_SUCCESS_RATE = Published(0.75, "share", "the API's success rate dipped as low as this at times", READ)
SLOWDOWN = Published(80, "times", "how many times slower the dashboard was, at worst", READ)
IMPACT = Published(
    6 * 60 + 33, "minutes", "how long API and dashboard were impaired, from the first impact", READ
)
FAULT = Published(6, "minutes", "how long the switch was sick, until it recovered by itself", SECOND_HAND)
PUBLISHED = (LOWEST_SUCCESS_RATE, SLOWDOWN, IMPACT, FAULT)


class Span(NamedTuple):
    """A span of time on 2 November 2020, in minutes since midnight, UTC. about: whether the times are approximate."""

    what: str
    start: float
    end: float
    status: str
    about: bool = False


def utc(clock: str) -> float:
    """A time of day in minutes since midnight.

    >>> utc("14:43")
    883
    """
    hours, minutes = clock.split(":")
    return 60 * int(hours) + int(minutes)


COMPUTED = "computed from the two"
TIMELINE = (
    Span("the switch is sick: 6 min", utc("14:43"), utc("14:49"), SECOND_HAND),
    Span("etcd elects leaders, and takes no writes", utc("14:44"), utc("14:49"), SECOND_HAND, about=True),
    Span("impact on API and dashboard: 6 h 33 min", utc("14:47"), utc("21:20"), COMPUTED),
)

"""A model of Cloudflare's outage of 2 November 2020: a switch that partly failed, three members of etcd, and databases.

>>> from raftlab.models.cloudflare import ControlPlane
>>> ControlPlane(fault=False).run().count("promoted")
0
"""

from raftlab.models.cloudflare.control_plane import ControlPlane
from raftlab.models.cloudflare.limbo import Limbo, limbo, limbo_story
from raftlab.models.cloudflare.outage import Outage
from raftlab.models.cloudflare.parameters import Parameter, Parameters
from raftlab.models.cloudflare.published import IMPACT, LOWEST_SUCCESS_RATE, PUBLISHED, SLOWDOWN, TIMELINE

__all__ = [
    "IMPACT", "LOWEST_SUCCESS_RATE", "PUBLISHED", "SLOWDOWN", "TIMELINE",
    "ControlPlane", "Limbo", "Outage", "Parameter", "Parameters", "limbo", "limbo_story",
]  # fmt: skip

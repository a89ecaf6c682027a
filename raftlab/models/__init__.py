"""Small models besides Raft: copies without agreement, the Byzantine generals, Paxos, and the control plane of an outage.

>>> from raftlab.models.generals import oral
>>> oral(4, ["L3"], "attack", 1, "retreat").decisions
{'L1': 'attack', 'L2': 'attack'}
"""

"""Statistics over thousands of elections, each played by the node class that the lessons show.

There is no separate model: each trial is a cluster of its own, with fine ticks, which skips times in which nothing
happens. The results are compared with the paper's Figure 16 and the formulas of the thesis's chapter 9.
"""

from raftlab.experiments.accounts import accounts
from raftlab.experiments.compare import compare
from raftlab.experiments.comparison import Comparison
from raftlab.experiments.elections import election_times, figure_16
from raftlab.experiments.executors import Serial
from raftlab.experiments.published import FIGURE_16
from raftlab.experiments.remedies import REMEDIES, remedies
from raftlab.experiments.split_votes import split_vote_probability, split_vote_rate
from raftlab.experiments.trials import Trials

__all__ = [
    "FIGURE_16", "REMEDIES", "Comparison", "Serial", "Trials",
    "accounts", "compare",
    "election_times", "figure_16", "remedies", "split_vote_probability", "split_vote_rate",
]  # fmt: skip

"""Statistics over thousands of elections, each run by the very class that the lessons show.

No model stands beside the code: a trial is a cluster of its own, ticked finely and leapt over
where nothing happens. What it is compared with is the paper's Figure 16 and the formulas of the
thesis's chapter 9.
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

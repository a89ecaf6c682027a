"""A learner plays one node of a run by hand.

node  the node that does what the player answers      judge  what was right and what was wrong, at the end
"""

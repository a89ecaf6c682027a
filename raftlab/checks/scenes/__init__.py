"""Stories as checks: short runs of a whole cluster, and what must hold in them.

scripted   what a scene is, and how it is played      staging     a cluster in a given state, and what must be reached
elections  scenes about elections                     logs        scenes about logs, commitment and crashes
courses    stories for rules beyond Figure 2          partitions  those of lesson 05        beyond  those of lesson 07
"""

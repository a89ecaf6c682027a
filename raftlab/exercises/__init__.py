"""Exercises: write a rule, break a faulty node, read a run; each is judged at once, with the run that shows why."""

"""Exercises: write a rule, break a wrong node, read a run; each is judged at once, with the run that shows why."""

"""The text of an answer, before it runs.

text       an answer as text, in a namespace of its own      cells      the Python of a notebook's cell
purity     what a rule must not use                          slips      mistakes that the text shows
own_names  two texts that differ only in their names         untouched  has a function of raftlab been replaced?
advice     what would be right, for Python's errors          what_runs  the lines of a cell that run
"""

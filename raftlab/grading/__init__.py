"""Grading a class: submissions are read and judged in a sandbox, and everyone gets a page that says why."""

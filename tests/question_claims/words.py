"""Questions that no run of a cluster can decide, and the reasons."""

WORDS = "about what a word means"
NUMBERS = "arithmetic: counted, not played"
HISTORY = "about what happened in the world, or what a study found"
EXPLORED = "about what an exploration finds: tests/test_explorer.py and tests/test_hunt.py check it"
LOGIC = "about what follows from a verdict, and not about a run"

NOT_BY_RUNS: dict[str, str] = {
    "00.common": NUMBERS,
    "00b.check_study": HISTORY,
    "05.check_ladder": WORDS,
    "06.which_fault": WORDS,
    "06.check_hours": HISTORY,
    "06b.three_generals": "about messages by word of mouth: tests/test_generals.py plays them",
    "06b.quorum": NUMBERS,
    "06b.check_pbft": "about two theorems",
    "07.check_snapshot": "about what a file must contain for a later reader",
    "08.states": EXPLORED,
    "08.calls": EXPLORED,
    "08.bounds": EXPLORED,
    "08.hunt_1": EXPLORED,
    "08.hunt_2": EXPLORED,
    "08.check_random": EXPLORED,
    "08.check_memory": "about when an answer may be remembered: tests/test_explorer.py finds impure nodes",
    "08.check_layers": LOGIC,
    "09.check_none": LOGIC,
}

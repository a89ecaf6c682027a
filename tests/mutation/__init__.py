"""Generated mutants: every small change of one place in raft.py and the extensions, and what finds it.

    texts      the text of a module, method by method            operators  our own operators
    library    the operators of a mutation library               generate   all mutants, each with a name that stays
    judge      one mutant, by its exercise and as a whole Raft   power      all of them, in parallel, and the table

`equivalent.json` lists the mutants that are no mistake, each with the reason.
"""

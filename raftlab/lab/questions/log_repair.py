"""The questions of lesson 04b."""

from raftlab.lab.questions.kinds import Number, Question, no, yes

QUESTIONS = (
    Number(
        "04b.how_far",
        "n1 leads term 8. It believes at first that n7's next entry is 11. But only n7's first three entries are the same as n1's. Down to which number will n1's next index for n7 go?",
        (
            yes("4", "Entry 3 is the last that both have, so 4 is what n7 needs next. Seven refusals, one entry each; then all from 4 on is sent at once."),
            no("less", "Here it is 4, and n7 has just said yes: its entry 3 is n1's. What both have is not sent again.", "figure_7", 35),
            no("more", "n7 has refused one entry after the other; now the next index is 4.", "figure_7", 34),
        ),
        value=4, unit="is the next index",
    ),
    Question(
        "04b.extra",
        "n5 has two entries of term 7 that n1 does not have. When does n5 delete them?",
        (
            yes("When n1 sends another entry for that place.", "Only what contradicts is deleted. A heartbeat contradicts nothing."),
            no("With the first heartbeat: the leader's log is the law.", "It has heard several heartbeats, and still has them. They might even have been of use.", "figure_7", 22),
            no("Never: it has more than the leader, not less.", "Entry 11 came, of term 8. What stood there went, and all behind it.", "figure_7", 23),
        ),
    ),
    Question(
        "04b.majority",
        "x=2 was written in term 2. Now n1 leads term 4 and has copied it to a third node: three of five hold it. Is it committed?",
        (
            yes("No.", "It is of an older term. n5's log ends in term 3: it can still win, and overwrite it."),
            no("Yes: a majority holds it.", "A majority held it, and all of them have x=3 in its place now.", "figure_8", 31),
            no("Yes: the leader of term 4 has sent it.", "n5 leads term 5, and does not have it. It got three votes, two of them from nodes that had x=2.", "figure_8", 20),
        ),
    ),
    Question(
        "04b.new_entry",
        "Once more, but before it crashes, n1 has written x=4 in its own term 4, and three of five hold that. n5 comes back and stands for election. Does it win?",
        (
            yes("No.", "Two of the three it would need have a log that ends in term 4, later than n5's 3."),
            no("Yes, like the last time.", "n2 and n3 refuse: their logs end in term 4 now. n5 has two votes.", "figure_8_e", 20),
            no("Yes, but this time it keeps x=2 and x=4.", "It does not win. n2 does, and has both entries.", "figure_8_e", 33),
        ),
    ),
    Question(
        "04b.check_whose",
        "A new leader's log is not like the others'. Whose log changes?",
        (
            yes("Only the others'.", "A leader never changes or deletes what is in its own log (Leader Append-Only)."),
            no("The leader's: it takes over what most have.", "n1 has what it had, and its own new entry. All others have become like it.", "figure_7", 36),
            no("All of them: the logs are merged.", "Nothing of n7's entries of terms 2 and 3 is left.", "figure_7", 36),
        ),
    ),
    Question(
        "04b.check_old",
        "A new leader has entries of earlier terms that are not committed, and a majority has them by now. What must happen before they are committed?",
        (
            yes("An entry of its own term must reach a majority.", "That one is committed by counting, and everything before it with it. That is what a no-op is for. (An old entry that every server has stored could not be lost any more, and a leader could conclude that; Raft does not, and so is a little more careful than it must be. Section 5.4.2.)"),
            no("Nothing: a majority has them.", "n1, n2 and n3 have x=2, three of five. n1 leads term 4, x=2 is of term 2, and soon it is overwritten.", "figure_8", 15),
            no("A majority must answer a heartbeat.", "n2 and n3 have answered n1's heartbeats. But x=2 is of an older term, and a heartbeat adds no entry to any log.", "figure_8", 15),
        ),
    ),
    Question(
        "04b.check_guard",
        "What keeps a committed entry from being overwritten?",
        (
            yes("The votes: nobody without it gets a majority.", "Two majorities share a node, so somebody who had stored the entry voted for the winner. A voter compares only the ends of the two logs; that this is enough is what the five steps show."),
            no("The number of copies: more copies win.", "Three copies of x=2, one of x=3. x=3 has won; x=2 had never been committed.", "figure_8", 31),
            no("The followers: they delete nothing that they have stored.", "n2 and n3 have deleted x=2. A follower deletes what contradicts its leader.", "figure_8", 31),
        ),
    ),
)  # fmt: skip

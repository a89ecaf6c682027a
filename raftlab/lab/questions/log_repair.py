"""The questions of lesson 04b."""

from raftlab.lab.questions.kinds import Number, Question, no, yes

QUESTIONS = (
    Question(
        "04b.majority",
        "x=2 was written in term 2. Now n1 leads term 4, and has copied it to a third node: three of five nodes have stored it. Is it committed?",
        (
            yes("No.", "It is an entry of an older term. n5's log ends in term 3, so n5 can still win an election and overwrite it.", "figure_8", 20),
            no("Yes: a majority has stored it.", "n1, n2 and n3 had stored it. But n5 has won an election, because its log ends in term 3 and theirs ended in term 2. n2 and n3 have its x=3 in place of x=2 now, and n1, which is down, will follow.", "figure_8", 23),
            no("Yes: the leader of term 4 has sent it.", "n5 leads term 5, and does not have it. It has three of five votes, two of them from nodes that have x=2.", "figure_8", 20),
        ),
        explanation="A leader counts copies only of entries of its **own** term. So n1 never considered x=2 committed. x=2 was overwritten, but no client had been told that it was done.",
        run=("figure_8", 3),
    ),
    Question(
        "04b.new_entry",
        "The run is the same, but this time n1 has written x=4 in its own term 4 before it crashes, and three of five nodes have stored x=4. n5 comes back and becomes a candidate. Does it win?",
        (
            yes("No.", "It needs two votes besides its own, and n1 is down. Of n2, n3 and n4, only n4 would vote for it: the logs of n2 and n3 end in term 4, later than n5's term 3.", "figure_8_e", 20),
            no("Yes, like the last time.", "n2 and n3 refuse: their logs end in term 4 now. Only n4 votes for n5.", "figure_8_e", 19),
            no("Yes, but this time it keeps x=2 and x=4.", "It does not win. n2 does, and n2 has both entries.", "figure_8_e", 33),
        ),
        explanation="x=4 was committed at 0.11 s, and so was x=2, which comes before it. Once a majority has stored an entry of its leader's **own** term, no node without it can win. For an older entry this is not so.",
        run=("figure_8_e", 11),
    ),
    Number(
        "04b.how_far",
        "n1 leads term 8. Its first guess is that n7's next entry is 11. But only n7's first three entries are the same as n1's. Down to which number will n1's next index for n7 go?",
        (
            yes("4", "Entry 3 is the last that both have, so n7 needs entry 4 next. That takes seven refusals, one for each entry. Then n1 sends everything from 4 on at once.", "figure_7", 32, says="n7's log"),
            no("less", "It is 4 here, and n7 has just said yes: its entry 3 is the same as n1's. What both have is not sent again.", "figure_7", 35),
            no("more", "n7 has refused one entry after the other; now the next index is 4.", "figure_7", 32, says="n7's log"),
        ),
        value=4, unit="is the next index",
        run=("figure_7", 8),
    ),
    Question(
        "04b.extra",
        "n5 has two entries of term 7 that n1 does not have. When does n5 delete them?",
        (
            yes("When n1 sends another entry for that place.", "A follower deletes only what contradicts its leader. A heartbeat contradicts nothing.", "figure_7", 23, says="n5 deletes"),
            no("With the first heartbeat, because only the leader's log counts.", "It has heard several heartbeats, and still has them. If it led next, it would keep them.", "figure_7", 16, says="n5 hears"),
            no("Never: it has more than the leader, not less.", "Entry 11 of term 8 has come. n5 has deleted its own entry 11, and the one after it.", "figure_7", 23, says="n5 deletes"),
        ),
        explanation="n4 and n5 accept n1's heartbeats, because their entry 10 is the same as n1's. At 0.20 s a client writes y=8, which becomes n1's entry 11. A follower with another entry 11 deletes it, together with all entries after it.\n\n"
        "Why does a follower delete only what *contradicts*, and not everything after the new entries? Appends may arrive late. An old append with two entries could otherwise delete later entries that the leader has already counted.",
        run=("figure_7", 6),
    ),
    Question(
        "04b.shared_voter",
        "x=1 is committed: n1, n2 and n3 of five have stored it. n1 crashes. n5, which does not have it, becomes a candidate in term 2, and n4 votes for it. Which vote does it still need?",
        (
            yes("The vote of a node that has stored x=1.", "Three of five have stored it, and three of five must vote. That makes more than five, so at least one node does both. This is step 1.", "shared_voter", 15),
            no("Any one more: perhaps that of a node without x=1.", "There is no other. n4 and n5 have voted, and n1, n2 and n3 have stored x=1.", "shared_voter", 15),
            no("None: it has two votes of the four nodes that are left.", "n5 has two votes and is still a candidate: a majority is three of all five.", "shared_voter", 15),
        ),
        explanation="Go on with **Next ▶** until 0.20 s. n5 does not win in term 2. In term 3 n2 does: which of its voters had stored x=1?",
        run=("shared_voter", 12),
    ),
    Question(
        "04b.stored_first",
        "n3 has voted for n2, in term 2. Now an append of n1 arrives, sent in term 1, with x=1. What does n3 do?",
        (
            yes("It refuses: its own term is 2.", "A node that has voted in a later term accepts nothing more from the earlier leader. So a node that has stored the entry and has voted has stored the entry first. This is step 2.", "voted_first", 16),
            no("It stores x=1, and says so.", "n3's log is empty, and its refusal is on its way. n1 has no majority for x=1.", "voted_first", 16),
            no("It stores x=1, but does not say so.", "n3's log is empty: nothing that an append of an earlier term brings is stored.", "voted_first", 17),
        ),
        run=("voted_first", 12),
    ),
    Question(
        "04b.same_term",
        "n2 asks n3 for its vote. Both logs end in term 1, and n2's is longer. n3 votes for n2, and compares nothing else. Why does n2 have every entry that n3 has?",
        (
            yes("The entries of term 1 come from one leader, which only appends.", "n1 put them into its log one after the other, and every append was checked against the entry before. So the shorter log is the beginning of the longer one (Log Matching). This is step 4."),
            no("A longer log contains every shorter one.", "n2's log has eleven entries here and n3's has four, and their fourth entries differ. Their last terms are not the same.", "longest_log", 3),
            no("n3 has compared the entries one by one.", "n2's request says that its log ends with entry 2, of term 1, and nothing else about the log.", "entry_outlives_leaders", 17),
        ),
        run=("entry_outlives_leaders", 16),
    ),
    Question(
        "04b.still_there",
        "n3 stored x=1 in term 1, and does not know that it is committed. In term 3 it voted for n2, which led. In term 4 it is asked for its vote again. Why does it still have x=1?",
        (
            yes("Only a leader without x=1 could make it delete x=1, and n2 has it.", "A follower deletes what contradicts its leader, and nothing else. We look at the first later leader that lacks the entry; so all leaders before it have the entry. This is step 3."),
            no("A follower deletes nothing that it has stored.", "n2 and n3 had stored x=2, and have deleted it: n5 leads and has another entry there.", "figure_8", 23),
            no("n3 keeps x=1 because it is committed.", "When it was asked for its vote, n3 did not know that: it learns it only here, from n4, and has had x=1 all the time. A node's rules do not ask what is committed before it deletes an entry.", "entry_outlives_leaders", 34),
        ),
        run=("entry_outlives_leaders", 28),
    ),
    Question(
        "04b.later_term",
        "n4 asks n3 for its vote. n3's log ends in term 1, and n4's in term 3, in which n2 led. Why does n4 have x=1?",
        (
            yes("n2 had it, and n4 could take n2's entry only after all entries before it.", "n2 led after term 1, and before the first leader that lacks x=1: so it had x=1. Log Matching does the rest. This is step 5."),
            no("n4 stored it in term 1, as n3 did.", "n1 has crashed, and n4's log is still empty. n4 gets x=1 later, from n2.", "entry_outlives_leaders", 10),
            no("A log that ends in a later term has more entries.", "n1's log ends in term 6 and has nine entries. n2's ends in term 3 and has eleven.", "longest_log", 2),
        ),
        run=("entry_outlives_leaders", 28),
        explanation="So the first later leader that lacks the entry has it after all: there is no such leader. This is the whole argument, about the leader of term U:\n\n"
        "1. At least one of its voters has stored the entry. (Two majorities share a node.)\n"
        "2. This voter stored the entry first and voted later. (A node refuses appends from a term that is over for it.)\n"
        "3. It still had the entry when it voted. (It deletes only what contradicts its leader, and the leaders between T and U have the entry.)\n"
        "4. So the new leader's log ends no earlier than the voter's log. If both end in the same term, the longer log contains the shorter one, and with it the entry.\n"
        "5. Otherwise the new leader's last entry is of a later term than the voter's. That term lies between T and U, because the voter's log ends in T or later. So the leader of that term had the entry. A node stores a leader's entries only after all entries before them, so the new leader has the entry, too.",
    ),
    Question(
        "04b.breaks_counting",
        "These nodes commit by counting alone: in term 4, n1 considers x=2 of term 2 committed, because three of five have it. n5 leads term 5 without x=2. Which step fails?",
        (
            yes("Step 5: the leader of the later term had the entry.", "n5's log ends in term 3. That is later than term 2 but earlier than term 4, in which x=2 was counted: the leader of term 3 was n5 itself, without x=2. An entry of term 4 in the voters' logs would have made them refuse.", "figure_8_counted", 20),
            no("Step 1: a voter has stored the entry.", "n5 leads with the votes of n2 and n3, and both have x=2.", "figure_8_counted", 20),
            no("Step 3: the voters still have the entry.", "n2 and n3 have voted, and both still have x=2. They lose it afterwards.", "figure_8_counted", 19),
            no("Step 4: n5's log ends no earlier than the voters' logs.", "It ends in term 3, and those of n2 and n3 end in term 2. They vote as the rule says.", "figure_8_counted", 19),
        ),
        run=("figure_8_counted", 16),
    ),
    Question(
        "04b.breaks_votes",
        "These nodes vote without comparing logs. n1, n2 and n3 have stored x=1, and n5 wins term 2 without it. Which step fails?",
        (
            yes("Step 4: n5's log ends no earlier than the voters' logs.", "n5's log is empty, and those of n2 and n3 are not. Their votes say nothing about its log, so step 5 has nothing to begin with either.", "shared_voter_any_log", 15),
            no("Step 1: a voter has stored the entry.", "n5 leads with the votes of n2 and n3, and both have x=1.", "shared_voter_any_log", 15),
            no("Step 2: the voters stored it before they voted.", "n2 and n3 have x=1, and the requests are still on their way.", "shared_voter_any_log", 13, says="n5's election timer"),
            no("Step 3: the voters still have the entry.", "n2 and n3 have voted for n5, and both still have x=1.", "shared_voter_any_log", 14),
        ),
        run=("shared_voter_any_log", 12),
    ),
    Question(
        "04b.breaks_heartbeat",
        "These nodes delete all entries after the one that a heartbeat names, even if nothing contradicts them. n1, n2 and n3 have stored x=1, and n5 wins term 2 without it. Which step fails?",
        (
            yes("Step 3: the voter still has the entry.", "An old heartbeat made n3 delete x=1, although n1, which sent it, has x=1. So n3's empty log is no better than n5's.", "late_heartbeat_cuts", 12, says="n3 appends nothing"),
            no("Step 1: a voter has stored the entry.", "n3 has stored x=1, and will vote for n5.", "late_heartbeat_cuts", 8),
            no("Step 2: the voter stored it before it voted.", "n3 is still in term 1 here, and has x=1. It votes in term 2.", "late_heartbeat_cuts", 9),
            no("Step 4: n5's log ends no earlier than the voter's.", "n3's log is as empty as n5's: n3 votes as the rule says. n2 has refused.", "late_heartbeat_cuts", 13, says="n3 learns of term 2"),
        ),
        run=("late_heartbeat_cuts", 9),
    ),
    Question(
        "04b.check_whose",
        "A new leader's log differs from the other logs. Whose log changes?",
        (
            yes("Only the others'.", "As long as it leads, a leader changes and deletes nothing in its own log (Leader Append-Only)."),
            no("The leader's: it takes over what most nodes have.", "n1 has what it had, and its own new entry. The logs of all others have become equal to it.", "figure_7", 35),
            no("All of them: the logs are merged.", "Nothing of n7's entries of terms 2 and 3 is left.", "figure_7", 35),
        ),
    ),
    Question(
        "04b.check_old",
        "A new leader has entries of earlier terms that are not committed, and a majority has stored them by now. What must happen before they are committed?",
        (
            yes("An entry of its own term must reach a majority.", "That entry is committed by counting, and then everything before it is committed, too. A no-op, an empty entry, serves this purpose. (An old entry that every node has stored could not be lost any more, and a leader could conclude that. Raft does not do this: it is a little more careful than necessary. Section 5.4.2.)"),
            no("Nothing: a majority has stored them.", "n1, which led term 4, had copied x=2 of term 2 to n2 and n3: three of five. It has been overwritten all the same.", "figure_8", 23),
            no("A majority must answer a heartbeat.", "n2 and n3 had answered n1's heartbeats in term 4. But a heartbeat adds no entry to any log, and x=2, of an older term, has been overwritten.", "figure_8", 23),
        ),
    ),
    Question(
        "04b.check_guard",
        "What keeps a committed entry from being overwritten?",
        (
            yes("The votes: no node without it gets a majority.", "Two majorities share a node, so at least one node that had stored the entry voted for the winner. A voter compares only the ends of the two logs; the five steps of the proof show that this is enough."),
            no("The number of copies: more copies win.", "There were three copies of x=2, and one of x=3. x=3 has won; x=2 had never been committed.", "figure_8", 31),
            no("The followers: they delete nothing that they have stored.", "n2 and n3 have deleted x=2. A follower deletes what contradicts its leader.", "figure_8", 23),
        ),
    ),
)  # fmt: skip

RECALL = ("02.longest_log", "04.heartbeat", "04.check_majority")

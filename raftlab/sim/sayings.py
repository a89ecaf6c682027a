"""What the player says by itself: what must be chosen first, and why there is nothing to show or to do."""

# {time} and {goal} are filled in by the player.
SAYINGS = {
    "choose_node": "Choose a node first: click it, or press its number.",
    "choose_entry": "Choose an entry first: click it in a log.",
    "choose_message": "Choose a message first: click it, or press [ or ].",
    "choose_link": "Choose a link first: click it, or press j.",
    "no_message": "No message is on its way now.",
    "no_link": "A single node has no links.",
    "no_crossing": "That line crosses no link that works. Draw it between two nodes.",
    "quiet_tick": "Nothing happens in this tick; the timers run.",
    "nothing_new": "Nothing new happens from here on, unless you do something.",
    "nothing_recorded": "Nothing new happens after this in what was recorded.",
    "nothing_yet": "Nothing happens here yet.",
    "not_within": "Not within {time}: {goal}.",
    "only_plays": "This page plays what was recorded. To change what happens, open it in a Lab.",
    "new_branch": "From here on this is a branch of your own. The story is kept: “back to the story” returns to it.",
    "guess_first": "First your guess: the answer comes after it.",
    "groups": "Only those of one group hear each other.",
    "one_group": "All nodes are in one group: that splits nothing. Put some of them into another.",
    "bad_key": "A key is a word of its own, without = : ? and +.",
}

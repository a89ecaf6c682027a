"""Handler checks: a row says what one node does in a given state when something happens.

handlers    what a row is, and how it is checked      free_choices  what is right besides the textbook's way
elections   votes, terms and time                     logs          appends, their replies, commitment and clients
extensions  rules beyond Figure 2                     trials        what does not fit into a row
machines    state machines with sessions
"""

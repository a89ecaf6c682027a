"""Is a history of concurrent operations linearizable?

judge   the verdict on a history      orders  the search for an order      models  the machine that the answers are compared with
"""

# harm: deaf
# It never ends, and catches what is meant to stop it.
def is_quorum(node, nodes):
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue

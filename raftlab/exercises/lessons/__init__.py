"""The items of the exercises: all items of one lesson stand together, in a module of its own, in its tuple `ITEMS`."""

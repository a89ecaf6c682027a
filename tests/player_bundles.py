"""Stories as the player gets them, as JSON: for the tests that node runs."""

import json
import re
import sys
from collections.abc import Iterable

from raftlab import STORIES, History
from raftlab.lab.scenes import WITH_A_MISTAKE, scene
from raftlab.models.scenes import SCENES

ALL = (*STORIES, *SCENES, *WITH_A_MISTAKE)


def bundles(names: Iterable[str]) -> str:
    """The bundles of stories and scenes, by their names; of all, if none is named."""
    return json.dumps({name: History(*scene(name)).bundle() for name in list(names) or ALL})


def named_in(test: str) -> list[str]:
    """The stories that a test names."""
    return sorted(set(re.findall(r'"(\w+)"', test)) & set(ALL))


if __name__ == "__main__":
    print(bundles(sys.argv[1:]))

"""Markdown as HTML for a widget, with the pictures of the lessons in it."""

import re
from base64 import b64encode
from pathlib import Path

KINDS = {".svg": "image/svg+xml", ".png": "image/png"}
PICTURE = re.compile(r'src="(figures/[\w.-]+)"')


def as_html(markdown: str) -> str:
    """The HTML of a text, with its pictures, if it is called in the folder of the lessons.

    >>> as_html("**Two** leaders.").strip()
    '<p><strong>Two</strong> leaders.</p>'
    """
    import mistune  # takes a fifth of a second

    return with_pictures(str(mistune.html(markdown)), Path())


def with_pictures(html: str, folder: Path) -> str:
    """Put into a text the pictures that it names and that lie in a folder: a widget does not know where its notebook lies."""

    def found(name: re.Match[str]) -> str:
        picture = folder / name[1]
        if not picture.is_file():
            return name[0]
        data = b64encode(picture.read_bytes()).decode()
        return f'src="data:{KINDS[picture.suffix]};base64,{data}" style="max-width: 100%"'

    return PICTURE.sub(found, html)

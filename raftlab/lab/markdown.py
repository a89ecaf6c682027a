"""Convert Markdown to HTML for a widget, with the pictures of the lessons."""

import re
from base64 import b64encode
from pathlib import Path

KINDS = {".svg": "image/svg+xml", ".png": "image/png"}
PICTURE = re.compile(r'src="(figures/[\w.-]+)"')


def as_html(markdown: str) -> str:
    """Markdown as HTML. Pictures are included if the current folder is that of the lessons.

    >>> as_html("**Two** leaders.").strip()
    '<p><strong>Two</strong> leaders.</p>'
    """
    import mistune  # imported here, because it takes a fifth of a second

    return with_pictures(str(mistune.html(markdown)), Path())


def with_pictures(html: str, folder: Path) -> str:
    """Include in a text the pictures of a folder that it names, because a widget cannot load files from its notebook's folder."""

    def found(name: re.Match[str]) -> str:
        picture = folder / name[1]
        if not picture.is_file():
            return name[0]
        data = b64encode(picture.read_bytes()).decode()
        return f'src="data:{KINDS[picture.suffix]};base64,{data}" style="max-width: 100%"'

    return PICTURE.sub(found, html)

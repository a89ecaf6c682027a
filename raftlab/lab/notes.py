"""The lecturer's notes. They are in the metadata of their cells, where learners do not see them."""

from typing import Any


def notes_of(cell: Any) -> str:
    """The notes of a cell, in Markdown; empty if it has none."""
    return str(cell.metadata.get("raftlab", {}).get("notes", ""))


def add_speaker_notes(notebook: Any) -> None:
    """Put the notes of each cell into a new cell after it, which slides show as speaker notes."""
    import nbformat

    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        if notes_of(cell):
            metadata = {"slideshow": {"slide_type": "notes"}}
            cells.append(nbformat.v4.new_markdown_cell(notes_of(cell), metadata=metadata))
    notebook.cells = cells

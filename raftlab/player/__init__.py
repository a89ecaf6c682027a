"""The player: JavaScript modules that play a trace in JupyterLab, and in a page without a network."""

from raftlab.player.page import SOURCES, module, page, save_page, style

__all__ = ["SOURCES", "module", "page", "save_page", "style"]

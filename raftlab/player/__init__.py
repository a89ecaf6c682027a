"""The player: one JavaScript module that plays a trace, in JupyterLab and in a page without a network."""

from raftlab.player.page import MODULE, page, save_page, style

__all__ = ["MODULE", "page", "save_page", "style"]

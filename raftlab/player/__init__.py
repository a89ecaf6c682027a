"""The player: one JavaScript module that plays a trace, in JupyterLab and in a page without a network."""

from raftlab.player.page import MODULE, STYLE, page, save_page

__all__ = ["MODULE", "STYLE", "page", "save_page"]

"""What a widget leaves in a notebook for where no widget can be shown: words, and a picture if there is one."""

from typing import Any


class Still:
    """Stands before the widget's own class: `class Lab(Still, ipywidgets.VBox)`."""

    def still(self) -> dict[str, str]:
        """What is shown instead: "text/plain", and "image/svg+xml" where there is a picture."""
        return {"text/plain": repr(self)}

    def _repr_mimebundle_(self, **keywords: Any) -> Any:
        """As every widget, and what is shown instead."""
        found = super()._repr_mimebundle_(**keywords)  # type: ignore[misc]
        bundle = found[0] if isinstance(found, tuple) else found
        if bundle:
            bundle |= self.still()
        return found

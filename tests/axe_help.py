"""The serious findings of axe-core, which checks the accessibility of pages."""

from __future__ import annotations

from pathlib import Path

import pytest

AXE = Path(__file__).resolve().parent.parent / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async (context) => {
    const { violations } = await axe.run(context ?? document, { resultTypes: ["violations"] });
    return violations.filter(({ impact }) => ["serious", "critical"].includes(impact)).flatMap(({ id, nodes }) =>
        nodes.map(({ target, any, all, none }) =>
            `${id}: ${target.join(" ")}: ${[...any, ...all, ...none].map(({ message }) => message).join("; ")}`));
}"""


def serious_findings(frame, context: str | None = None) -> list[str]:
    """The findings of axe-core in a page or a frame, or in the part of it that a selector names."""
    if not AXE.exists():
        pytest.skip("These tests need axe-core, which `make test` installs where there is an npm.")
    if not frame.evaluate("() => 'axe' in window"):
        frame.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = frame.evaluate(RUN, context)
    return found

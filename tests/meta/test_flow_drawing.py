"""The picture in docs/flows.md is the script that runs."""

import re

from bot.flow import draw_flow
from flows.script import Script
from tests.meta.tree import ROOT

DRAWN = re.compile(r"<!-- What follows is printed by `python -m bot flow draw`\. -->\n```mermaid\n(.*?)```", re.DOTALL)


def test_the_picture_is_drawn_from_the_script_that_runs() -> None:
    """Where this fails, put what `python -m bot flow draw` prints between the marks of docs/flows.md."""
    (picture,) = DRAWN.findall((ROOT / "docs/flows.md").read_text(encoding="utf-8"))
    assert picture.strip() == draw_flow().strip()


def test_every_node_is_in_the_picture() -> None:
    drawn = draw_flow()
    assert [name for name in Script.load("report").nodes if f'"{name}"' not in drawn] == []

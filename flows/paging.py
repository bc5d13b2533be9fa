"""Long lists of choices in pages of at most `limits.CHOICES_PER_PAGE`, with buttons to turn the page."""

from collections.abc import Sequence
from typing import Final, TypeVar

from flows.limits import CHOICES_PER_PAGE

NEXT: Final = "page:next"
PREVIOUS: Final = "page:previous"

T = TypeVar("T")


def pages(count: int) -> int:
    """How many pages so many choices fill; one more than a page holds takes the place of the button for more."""
    return 1 if count <= CHOICES_PER_PAGE + 1 else -(-count // CHOICES_PER_PAGE)


def on_page(things: Sequence[T], page: int) -> Sequence[T]:
    """What is on this page."""
    if pages(len(things)) == 1:
        return things
    first = page * CHOICES_PER_PAGE
    return things[first : first + CHOICES_PER_PAGE]


def turned_part(page: int, code: str, parts: int) -> int | None:
    """The part of a long text that a page button leads to, or None if there is none."""
    wanted = page + {NEXT: 1, PREVIOUS: -1}.get(code, parts)
    return wanted if 0 <= wanted < parts else None


def turned(page: int, code: str, count: int) -> int | None:
    """The page that a page button leads to, or None if there is none."""
    if code not in {NEXT, PREVIOUS}:
        return None
    wanted = page + (1 if code == NEXT else -1)
    return wanted if 0 <= wanted < pages(count) else None

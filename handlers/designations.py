"""Harmless spoken names for cases, as SecureDrop gives its sources: easy to say on the telephone, telling nothing.

A designation is drawn at random and never from anything in the report. Words are short, common and without a second meaning in
the languages of the desk; two of them and two digits give 216,200 names, and a taken one is drawn again.
"""

from collections.abc import Callable
from typing import Final

SHORT_ATTEMPTS: Final = 5
"""Draws after which a name gets four digits instead of two: then most short ones are taken."""
FIRST: Final = tuple(
    "amber azure birch bright calm clear cloud copper coral crystal early even fair gentle golden grand green high "
    "indigo ivory jade kind large late light linen lively lunar maple meadow mild misty morning noble north olive "
    "open pearl plain quiet rapid round royal silent silver smooth".split()
)
SECOND: Final = tuple(
    "anchor apple arch basin beacon bell bridge brook canyon cedar chapel cliff comet compass cove delta dune fern "
    "field forest garden harbor hill island kettle lake lantern leaf ledge marble meteor mirror orchard pebble pine "
    "planet plum prairie quarry reef ribbon ridge river sail spring stone tower".split()
)


def draw(rng: Callable[[int], bytes], attempt: int = 0) -> str:
    """Draw a name like `calm-river-07`; later attempts, when names run short, draw two more digits."""
    drawn = int.from_bytes(rng(8), "big")
    drawn, first = divmod(drawn, len(FIRST))
    drawn, second = divmod(drawn, len(SECOND))
    digits = 2 if attempt < SHORT_ATTEMPTS else 4
    return f"{FIRST[first]}-{SECOND[second]}-{drawn % 10**digits:0{digits}d}"

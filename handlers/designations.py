"""Harmless spoken names for cases, as SecureDrop gives its sources: easy to say on the telephone, telling nothing.

A designation is drawn at random and never from anything in the report. Words are short, common and without a second meaning in
the languages of the desk; two of them and two digits give 216,200 names, and a taken one is drawn again.
"""

from collections.abc import Callable
from typing import Final

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


def draw(rng: Callable[[int], bytes]) -> str:
    """Draw a name like `calm-river-07`."""
    first, second, number = rng(3)
    return f"{FIRST[first % len(FIRST)]}-{SECOND[second % len(SECOND)]}-{number % 100:02d}"

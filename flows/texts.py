"""The few words that are said around a script, not in it: the review list where `{answers}` stands, and the notice of a flood.

All other texts are in `scripts/*.yaml` beside the question they belong to; the meanings of risks are in `phrases/risks.yaml`.
Every text is a gettext message id in plain English; placeholders are filled by the renderer.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

STEP_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "danger_now": "Danger now",
        "phone_shared": "Others look at this phone",
        "who": "Who this is about",
        "what_happens": "What happens",
        "when_last": "When it last happened",
        "reach_tonight": "Can come near today or tonight",
        "hurt": "Hurt or not",
        "age_band": "Age",
        "area": "Place",
        "readers": "Somebody from the office there",
        "contact": "Answer from the team",
        "hours": "Time for an answer",
    }
)
"""By step. A step without a title is not listed: what was written freely is counted, never shown unasked."""

ANSWER_MISSING: Final = "no answer"
WORDS_COUNT: Final = "Messages written: {count}"
ATTACHMENTS_COUNT: Final = "Voice messages and files: {count}"
WORDS_NONE: Final = "No words are written yet."

UNREADABLE: Final = "This message cannot be opened here."
"""Stands where a message of the team should be read."""

FLOOD_CARD: Final = (
    "Many messages came at once. Answers may take a little longer.",
    "Emergency: {emergency}",
    "Police: {police}",
)
"""Said once when messages come faster than they can be answered: nobody is threatened, and the numbers stay in sight (C24)."""


def msgids() -> tuple[str, ...]:
    """Every message id of this module, once, in the order written."""
    return (*STEP_TITLES.values(), ANSWER_MISSING, WORDS_COUNT, ATTACHMENTS_COUNT, WORDS_NONE, UNREADABLE, *FLOOD_CARD)

"""Ready phrases: what officers often write to a reporter, so that somebody can be answered in their own language at once.

Laws. A phrase promises nothing that nobody may keep: no time, no name, no number, no secrecy. It says nothing of whether a reporter is a
boy or a girl, alone or watched. An officer reads it in their own language beside the reporter's before it is sent.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PHRASES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "read": "I have read what you wrote. Thank you for telling us.",
        "believe": "I believe you.",
        "fault": "It is not your fault.",
        "with_you": "You are not alone with this.",
        "safe": "Are you safe right now?",
        "watched": "Is somebody with you? Can they see what you write?",
        "adult": "Is there an adult you trust?",
        "more": "If you can, tell me more. You decide how much.",
        "questions": "I have a few questions, so that we can help.",
        "wish": "What would you like to happen now?",
        "no_hurry": "You do not have to answer now.",
        "others": "I may have to speak with other people to protect you.",
        "working": "I am working on this with my team.",
        "else": "Is there anything else you want to tell me?",
    }
)

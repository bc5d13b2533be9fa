"""Ready phrases: what officers often write to a reporter, so that somebody can be answered in their own language at once.

Laws. A phrase promises nothing that nobody may keep: no time, no name, no number, no secrecy. It says nothing of whether a reporter is a
boy or a girl, alone or watched. It stands twice, as the flows' texts do: `child` is said with the familiar form, `adult` with the polite
one, and of an adult it is not known whether they report about a child or about themselves. `flow check` looks for what no text may say.
An officer reads it in their own language beside the reporter's before it is sent.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PHRASES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "read": {
            "child": "I have read what you wrote. Thank you for telling us.",
            "adult": "I have read what was written. Thank you for telling us.",
        },
        "believe": {"child": "I believe you.", "adult": "I believe what you say."},
        "fault": {"child": "It is not your fault.", "adult": "This is not your fault."},
        "with_you": {"child": "You are not alone with this.", "adult": "You are not left alone with this."},
        "safe": {"child": "Are you safe right now?", "adult": "Is everybody safe right now?"},
        "watched": {
            "child": "Is somebody with you? Can they see what you write?",
            "adult": "Is somebody there with you? Can they see what is written?",
        },
        "adult": {"child": "Is there an adult you trust?", "adult": "Is there another adult who can help?"},
        "more": {
            "child": "If you can, tell me more. You decide how much.",
            "adult": "If you can, please tell me more. You decide how much.",
        },
        "questions": {
            "child": "I have a few questions, so that we can help.",
            "adult": "I have a few questions, so that we can help.",
        },
        "wish": {"child": "What would you like to happen now?", "adult": "What do you wish to happen now?"},
        "no_hurry": {"child": "You do not have to answer right now.", "adult": "No answer is needed right now."},
        "others": {
            "child": "I may have to speak with other people to protect you.",
            "adult": "I may have to speak with other people, for protection.",
        },
        "working": {"child": "I am working on this with my team.", "adult": "I am working on this with my team."},
        "else": {
            "child": "Is there anything else you want to tell me?",
            "adult": "Is there anything else you would like to tell me?",
        },
    }
)

"""Passphrases that the program makes for officers: six spoken words (SEALING.md section 6).

The words are made of two syllables each, like Wilkerson's proquints: 16 consonants and 4 vowels give 4,096 words, 12 bits a word and
72 bits in six. They can be said aloud in every language of the desk and typed on every keyboard here.
"""

from collections.abc import Callable
from typing import Final

CONSONANTS: Final = "bdfghjklmnprstvz"
VOWELS: Final = "aiou"
WORDS: Final = 6


def make(rng: Callable[[int], bytes]) -> str:
    """Draw six words."""
    return " ".join(_word(int.from_bytes(rng(2), "big")) for _ in range(WORDS))


def _word(bits: int) -> str:
    """Write 12 bits as consonant, vowel, consonant, vowel."""
    return CONSONANTS[bits >> 8 & 15] + VOWELS[bits >> 6 & 3] + CONSONANTS[bits >> 2 & 15] + VOWELS[bits & 3]

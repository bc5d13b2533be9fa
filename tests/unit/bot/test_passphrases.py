"""Passphrases that the program makes."""

import os
import re

from bot.passphrases import CONSONANTS, VOWELS, WORDS, make


def test_six_words_that_can_be_said_aloud() -> None:
    words = make(os.urandom).split(" ")
    assert len(words) == WORDS
    for word in words:
        assert re.fullmatch(f"([{CONSONANTS}][{VOWELS}]){{2}}", word)


def test_every_word_is_as_likely_as_any_other() -> None:
    drawn = [make(lambda _size, number=number: number.to_bytes(2, "big")).split(" ")[0] for number in range(2**13)]
    assert len(set(drawn)) == 4096
    assert {drawn.count(word) for word in set(drawn[:20])} == {2}


def test_six_words_hold_the_66_bits_that_are_asked_for() -> None:
    assert (len(CONSONANTS) * len(VOWELS)) ** (2 * WORDS) >= 2**66

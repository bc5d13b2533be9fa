"""Every limit and every timer of a conversation, each with its reason. Nothing else in flows/ holds a number that limits.

Lengths are in characters, times in seconds.
"""

from typing import Final

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE

CHOICES_PER_PAGE: Final = 5
"""More than five buttons are not read by somebody who is afraid (DOMAIN.md C15); longer lists get a button for more."""

TEXT: Final = 8000
"""One message. Telegram sends at most 4096, Viber 7000; the sealed page could send anything. What is cut is said to be cut."""

WORDS_ENTRIES: Final = 150
"""Messages kept before a case is open. A session is sealed and rewritten at each turn, so it must not grow without end."""

WORDS_CHARACTERS: Final = 60_000
"""All messages kept together before a case is open: some thirty pages, still sealed in well under a millisecond."""

WORDS_IN_OPEN_CASE: Final = 20
"""Messages that a session remembers of a case that is open: they are entries of the case already."""

ATTACHMENTS: Final = 10
"""Files in one conversation: enough for a child who speaks rather than writes, too few to fill a small server's disk."""

PLACE_TEXT: Final = 40
"""The longest name of a municipality is 23 characters; longer text at the question about the place is a story, not a name."""

PLACES_OFFERED: Final = 5
"""As many as fit on one page of choices."""

RISK_QUESTIONS: Final = 2
"""Questions asked about one message: the two most serious risks. More would be an interrogation (DOMAIN.md C13)."""

TRAIL: Final = 40
"""Steps back. The report has fewer nodes than that; a person who goes in circles must not make the session grow."""

SAFE_WORD_SHORTEST: Final = 3
"""Two letters are said by chance too often, and then the conversation would vanish."""

SAFE_WORD_LONGEST: Final = 32
"""It must be typed in a second."""

SPRINT_BYTES: Final = 3
"""A conversation's first sprint is drawn from 2^24 numbers: a button of an earlier conversation does not fit by chance."""

IDLE: Final = 15 * MINUTE
"""A phone that is put down turns neutral by itself (DESIGN.md section 3)."""

READERS: Final = 2 * MINUTE
"""The area's team is added when nobody was shut out for this long: nobody waits for an answer that does not come."""

RISK: Final = 10 * MINUTE
"""A question about a risk that stays unanswered this long is taken for a phone that was taken away."""

DANGER_AGAIN: Final = 3 * MINUTE
"""Danger that was said before and is said again sounds the alarm again after this long: within it whoever was woken, or the next person,
who is told after two minutes, is on the way; without it, pressing in fear would bury the alarm under itself."""

ABANDONED: Final = 24 * HOUR
"""After a day without a word the deployer's policy decides about what was said and not sent (DOMAIN.md C18)."""

RETURN: Final = HOUR
"""Whoever came back with a code stands before the door again after this long, whatever is going on: what opens the answers is kept no
longer (SEALING.md section 4 keeps the case's secret as long)."""

WIPE: Final = 47 * HOUR
"""Telegram refuses to delete messages that are 48 hours old; an hour is left for a server that was down."""

END: Final = 48 * HOUR
"""An idle session is forgotten: nothing is kept longer than it serves."""

"""What one chat may cause in a day before it is slowed down, each with its reason (decision 15). Nothing here ends anything: beyond a
limit a report is taken, and an alarm sounds, at most so much later. The limits of a conversation are in `flows.limits`.

Times are in seconds.
"""

from typing import Final

DAY: Final = 24 * 3600
"""Everything here is counted over the last 24 hours, so that no hour of the night is a good one to begin anew."""

CASES_AT_ONCE: Final = 20
"""Reports of one chat in a day that open a case at once. A child that forgets the chat after each message and comes back all night is
heard every time; each report is still some work to an officer."""

CASE_EVERY: Final = 3600
"""Beyond that a chat opens one more case in this time: what a flooder adds to the queue by then is read within a shift."""

ALARMS_AT_ONCE: Final = 20
"""Alarms of one chat in a day that sound at once. One conversation sounds its alarm when the case opens, once for each risk that is
confirmed and once for each step of urgency: all of that together stays below."""

ALARM_EVERY: Final = 600
"""Beyond that the alarms of a chat sound together, once in this time: whoever is called is called six times an hour and not sixty."""

ATTACHMENTS_A_DAY: Final = 40
"""Files of one chat in a day: four whole conversations. At 20 MB each an account takes no more than 800 MB of the disk."""

CODES_AT_ONCE: Final = 20
"""Codes that one chat may type in vain in a day. Guessing one is hopeless (63 bits); this is for the work that each try makes."""

CODE_EVERY: Final = 600
"""Beyond that one more try in this time: whoever finds the right paper at last still gets in today."""

CHATS_REMEMBERED: Final = 10_000
"""Forgotten chats whose counts are still held in memory: a few megabytes. With more, the oldest go."""

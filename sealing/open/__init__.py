"""The only package that opens a case: reading its file as an officer, a team or recovery would (section 9).

Laws. No intake or desk process loads this; only the command line's `case open` and tests do. What opens is given even when
something else is broken, and nothing that is broken goes unnamed.
"""

from sealing.open.report import Remembered, open_case

__all__ = ["Remembered", "open_case"]

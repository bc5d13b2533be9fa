"""What is worded, and how places, numbers and moments are called in the reader's language.

Laws: no I/O beyond this package's own files at load; no clock, no randomness, no logging; imports no sibling package. Nothing
that a reporter typed is kept, logged or put into an exception here. Texts are gettext message ids in plain English.
"""

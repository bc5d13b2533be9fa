"""What is remembered: the only SQL of the program, and the files of sealed attachments.

Laws. Everything that could tell about a person lies sealed (`encrypted.py` declares how); plain columns are listed in
`tables.py`, each with its reason. Repositories are plain synchronous objects over one transaction (`Transaction`); the
moment of a commit belongs to `Database` alone. Nothing here reads a clock: `now` is an argument.
"""

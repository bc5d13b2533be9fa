"""Reporters on Telegram: updates in, calls out. The only package that imports aiogram.

`updates` reads what arrives, `calls` shows the cards, `polling` and `webhook` are the two ways updates come in, `profile` is
how the bot introduces itself. Names, usernames and phone numbers are never read; chat ids and the token are never logged.
"""

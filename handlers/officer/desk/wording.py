"""The texts of the desk's pages in the officer's language, and the ready phrases.

Laws. Only the texts of the desk's pages are given: those that the template finds in `web/src/desk`. Nothing of them is secret; they are
given before anybody signs in.
"""

from typing import Final

from aiohttp import web

from handlers.officer.desk import phrases
from handlers.officer.desk.answers import Refused, ok
from handlers.officer.desk.parts import Call

LANGUAGES: Final = ("sq", "sr-Latn", "sr-Cyrl", "en")
"""The languages of the desk; Romani is only ever spoken to reporters."""
WHERE: Final = "web/src/desk/"


async def texts(call: Call) -> web.StreamResponse:
    """Give the texts of the pages in a language."""
    language = call.request.match_info["language"]
    if language not in LANGUAGES:
        raise Refused(404, "not_there")
    catalogue = call.parts.catalogue
    own = {msgid: catalogue.text(msgid, language) for msgid in catalogue.msgids(WHERE) if catalogue.has(msgid, language)}
    return ok({"language": language, "draft": not catalogue.reviewed(language), "texts": own})


async def ready_phrases(call: Call) -> web.StreamResponse:
    """Give the ready phrases in every language."""
    return ok(phrases.worded(call.parts.catalogue))

"""The desk's one page and the files it is made of, as `web/` was built.

Laws. What is served is what `bundle.json` lists, nothing else, whatever a path says. Files whose names carry a hash never change, so
browsers keep them; the page itself is never kept. Nothing is inlined, no value of a request comes into the page.
"""

import hashlib
import json
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Final

from aiohttp import web

from handlers.officer.desk.answers import Refused
from handlers.officer.desk.parts import Call

FORMAT: Final = "amanet-bundle/1"
PAGE: Final = "/desk"
ASSETS: Final = "/desk/assets"
FOR_EVER: Final = "public, max-age=31536000, immutable"
_TYPES: Final = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".woff2": "font/woff2",
    ".json": "application/json",
    ".wasm": "application/wasm",
}


class BundleBroken(Exception):
    """The built pages are not there, or not those that bundle.json lists: run `make setup`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """The built files by name; `entries` names the script and the style sheet of the page."""

    files: Mapping[str, bytes] = field(repr=False)
    entries: Mapping[str, str]

    @classmethod
    def load(cls, folder: Path) -> "Assets":
        """Read what was built, and see that it is what the list says."""
        try:
            listed = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
            names = {one["path"]: one["sha256"] for one in listed["files"]}
            files = {name: (folder / name).read_bytes() for name in names if Path(name).name == name}
            entries = {str(name): str(path) for name, path in listed["entries"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise BundleBroken from None
        changed = [name for name, raw in files.items() if hashlib.sha256(raw).hexdigest() != names[name]]
        if (
            listed.get("format") != FORMAT
            or changed
            or not {"desk.js", "desk.css"} <= set(entries)
            or not set(entries.values()) <= set(files)
        ):
            raise BundleBroken
        return cls(files=files, entries=entries)


_SHELL: Final = """<!doctype html>
<html lang="en" translate="no">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>Desk</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{css}">
<script type="module" src="{js}"></script>
</head>
<body>
<div id="desk"></div>
<noscript>This page needs JavaScript: reports are opened in your browser and nowhere else.</noscript>
</body>
</html>
"""
_NOT_BUILT: Final = "The desk's pages are not built on this server: the operator runs make setup.\n"


async def page(call: Call) -> web.StreamResponse:
    """Give the page."""
    assets = call.parts.assets
    if assets is None:
        return web.Response(text=_NOT_BUILT, status=404, content_type="text/plain")
    css, js = (f"{ASSETS}/{escape(assets.entries[name])}" for name in ("desk.css", "desk.js"))
    return web.Response(text=_SHELL.format(css=css, js=js), content_type="text/html")


async def asset(call: Call) -> web.StreamResponse:
    """Give one built file."""
    name = call.request.match_info["file"]
    raw = None if call.parts.assets is None else call.parts.assets.files.get(name)
    if raw is None:
        raise Refused(404, "not_there")
    kind = _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return web.Response(body=raw, content_type=kind, headers={"Cache-Control": FOR_EVER})

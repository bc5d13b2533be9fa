"""Brings the catalogues up to date with the texts of the program: `python -m locales.extract`, or `make texts`.

New texts come in untranslated; those that are gone are kept as obsolete, and come back with their translation when the text does.
Nothing is guessed from similar texts. The headers, reviews and flags of a catalogue stay as they are.
"""

import sys
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog

from locales import pofiles
from locales.catalogue import DOMAIN, path_of
from locales.extractors import extract_messages
from locales.languages import CATALOGUES

PLURALS: Final = {
    "sq": "nplurals=2; plural=(n != 1);",
    "sr": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    # CLDR has no Romani: one and other, as in the languages around it. No text depends on it.
    "rom": "nplurals=2; plural=(n != 1);",
}

WAITS: Final = "Waits for review."
"""The comment on an obsolete text that was fuzzy: gettext files keep no flags of obsolete texts."""


def update_catalogues(root: Path) -> dict[str, int]:
    """Write the template and every catalogue below a source tree; tell how many texts each language lacks."""
    home = root / "locales"
    template = Catalog(fuzzy=False)
    for msgid, files in extract_messages(root).items():
        template.add(msgid, locations=[(name, 1) for name in files])
    pofiles.write(home / f"{DOMAIN}.pot", pofiles.PoFile(headers=_headers(None), messages=template))
    return {name: _update(path_of(home, name), name, template) for name in CATALOGUES}


def _update(path: Path, name: str, template: Catalog) -> int:
    fresh = pofiles.PoFile(headers=_headers(name), messages=Catalog(fuzzy=False))
    file = pofiles.read(path) if path.exists() else fresh
    headers = {**fresh.headers, **file.headers}
    _revive(file.messages)
    file.messages.update(template, no_fuzzy_matching=True, update_header_comment=False)
    _retire(file.messages)
    pofiles.write(path, pofiles.PoFile(headers=headers, messages=file.messages))
    return sum(1 for message in file.messages if message.id and not message.string)


def _retire(messages: Catalog) -> None:
    for key, message in list(messages.obsolete.items()):
        if not message.string:
            del messages.obsolete[key]
        elif message.fuzzy:
            message.user_comments.append(WAITS)


def _revive(messages: Catalog) -> None:
    for message in list(messages.obsolete.values()):
        if WAITS in message.user_comments:
            message.user_comments.remove(WAITS)
            message.flags.add("fuzzy")
        messages[message.id] = message
    messages.obsolete.clear()


def _headers(name: str | None) -> dict[str, str]:
    headers = {"Project-Id-Version": "Amanet"}
    if name is not None:
        headers |= {"Language": name, "Plural-Forms": PLURALS[name], pofiles.REVIEWED_BY: ""}
    return headers | {
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }


def main() -> None:
    """Update the catalogues of the tree that this package lies in, and say what is missing."""
    for name, count in update_catalogues(Path(__file__).parent.parent).items():
        sys.stdout.write(f"{name}: {count} texts without a translation\n")


if __name__ == "__main__":
    main()

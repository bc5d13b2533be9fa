"""The texts of the program in every language, ready in plain dictionaries.

A text that a language lacks is taken from the reader's second language, and else in English: one string at a time, so that
one missing sentence does not turn a card into another language. A text that waits for review (`fuzzy`) or that lost a placeholder
is not shown. Serbian Latin is derived from Cyrillic while loading.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message

from locales import placeholders, pofiles, serbian
from locales.languages import CATALOGUES, CODES, LANGUAGES

DOMAIN: Final = "amanet"
HOME: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A translation that is not shown, because something that must stay the same did not."""

    catalogue: str
    msgid: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Texts:
    """One catalogue: what is shown, what waits for review, what is broken, and who reviewed it all."""

    shown: Mapping[str, str]
    drafts: frozenset[str]
    faults: tuple[Fault, ...]
    reviewed_by: str


class Catalogue:
    """Every text by message id and language. Immutable once loaded; safe to share between tasks and threads."""

    def __init__(self, msgids: Mapping[str, tuple[str, ...]], texts: Mapping[str, _Texts]) -> None:
        self._places = dict(msgids)
        self._msgids = tuple(msgids)
        self._files = dict(texts)
        self._texts: dict[str, dict[str, str]] = {code: {} for code in CODES}
        for language in LANGUAGES:
            if language.catalogue is not None:
                shown = self._files[language.catalogue].shown
                latin = language.code == "sr-Latn"
                self._texts[language.code] = {key: serbian.to_latin(text) if latin else text for key, text in shown.items()}

    @classmethod
    def load(cls, home: Path = HOME, *, drafts: bool = False) -> "Catalogue":
        """Give the catalogues of this package, which are read once. `drafts` also shows single texts that wait for review: for
        reviewers only. Those of another `home` are read anew each time."""
        return _shipped(drafts) if home == HOME else _read(home, drafts)

    def text(self, msgid: str, language: str, second: str | None = None) -> str:
        """Give a text in a language, else in the reader's second one, else in English."""
        found = self._texts.get(language, {}).get(msgid)
        if found is None and second is not None and language != "en":
            found = self._texts.get(second, {}).get(msgid)
        return msgid if found is None else found

    def has(self, msgid: str, language: str) -> bool:
        """Tell whether a language has its own words for this text."""
        return language == "en" or msgid in self._texts.get(language, {})

    def msgids(self, within: str = "") -> tuple[str, ...]:
        """Every text of the program, or of the files whose path begins with `within`, in the order of the template."""
        if not within:
            return self._msgids
        return tuple(msgid for msgid, places in self._places.items() if any(place.startswith(within) for place in places))

    def missing(self, language: str) -> tuple[str, ...]:
        """The texts that a language does not show: without a translation, waiting for review, or faulty."""
        return tuple(msgid for msgid in self._msgids if not self.has(msgid, language))

    def drafts(self, language: str) -> frozenset[str]:
        """The single texts of a language that wait for a native speaker's review."""
        file = self._file(language)
        return file.drafts if file else frozenset()

    def reviewed(self, language: str) -> bool:
        """Tell whether a native speaker put a name to the whole catalogue (`X-Reviewed-By`). English is the source."""
        file = self._file(language)
        return file is None or bool(file.reviewed_by)

    def faults(self) -> tuple[Fault, ...]:
        """The translations that are not shown because a placeholder, link, command or number differs."""
        return tuple(fault for file in self._files.values() for fault in file.faults)

    def _file(self, language: str) -> _Texts | None:
        name = next((one.catalogue for one in LANGUAGES if one.code == language), None)
        return self._files[name] if name else None


@cache
def _shipped(drafts: bool) -> Catalogue:
    return _read(HOME, drafts)


def _read(home: Path, drafts: bool) -> Catalogue:
    template = pofiles.read(home / f"{DOMAIN}.pot").messages
    texts = {name: _texts(name, pofiles.read(path_of(home, name)), drafts) for name in CATALOGUES}
    places = {key: tuple(name for name, _line in message.locations) for key, message in entries(template)}
    return Catalogue(places, texts)


def path_of(home: Path, name: str) -> Path:
    """Where a catalogue lies, as gettext tools expect it."""
    return home / name / "LC_MESSAGES" / f"{DOMAIN}.po"


def entries(messages: Catalog) -> list[tuple[str, Message]]:
    """The messages of a file without its header. Texts here have no plural forms: counts are worded `Messages: {count}`."""
    return [(message.id, message) for message in messages if isinstance(message.id, str) and message.id]


def _texts(name: str, file: pofiles.PoFile, show_drafts: bool) -> _Texts:
    shown: dict[str, str] = {}
    drafts: set[str] = set()
    faults: list[Fault] = []
    for msgid, message in entries(file.messages):
        translation = message.string if isinstance(message.string, str) else ""
        if not translation.strip():
            continue
        if message.fuzzy:
            drafts.add(msgid)
        wrong = placeholders.faults(msgid, translation)
        faults += [Fault(catalogue=name, msgid=msgid, why=why) for why in wrong]
        if not wrong and (show_drafts or not message.fuzzy):
            shown[msgid] = translation
    return _Texts(shown=shown, drafts=frozenset(drafts), faults=tuple(faults), reviewed_by=file.reviewed_by)

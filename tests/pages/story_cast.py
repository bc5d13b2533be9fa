"""Who is in the whole story, what they say, and the pictures that are kept of it."""

from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser

from simulator.people import Phone
from tests.attacks.scanner import Mark
from tests.pages.stage import ROOT
from tests.pages.story_people import Colleague
from tests.pages.story_place import Place
from tests.stories.people import Child

PICTURES = ROOT / "docs" / "pictures"
HEAVIEST = 300_000
"""Bytes that a picture of the README may have."""
NATIONAL, PRIZREN = "National team", "Team Prizren"
HOSTILE = '<script>document.title="e marrë"</script><img src=x onerror=alert(1)> foto\u202egpj.exe'
CHILDS = f"Babi më godet kur pi. Fshihem te zogukaltër {HOSTILE}"
PHRASE = "I believe you."
ANSWER = "A mundesh të flasësh nesër, lulebardhë?"
CHILDS_ANSWER = "Po, pas shkollës, te uraevjetër në Prizren."
NOTE = "The neighbour Kryqëzanaj knows the family."
REASON = "He comes home tonight, she says: natashumëvonë."
HANDED_ON = "Please meet her at school, ask for Mollëkuqe."
OUTCOME = "She stays with her aunt in Gurëzmadh."
MARKS: tuple[Mark, ...] = (
    *("zogukaltër", "onerror=alert(1)", "gpj.exe", "lulebardhë", "uraevjetër", "Kryqëzanaj", "natashumëvonë", "Mollëkuqe"),
    *("Gurëzmadh", "Babi më godet kur pi"),
)
"""Words that nobody else says, one at least of everything that was written."""


@dataclass(kw_only=True)
class Story:
    """Everybody, as they come."""

    place: Place
    browser: Browser
    album: Path
    admin: Colleague
    nora: Colleague
    niko: Colleague
    mira: Colleague
    lena: Colleague
    rings: dict[str, Phone]
    child: Child
    designation: str = ""

    @property
    def people(self) -> tuple[Colleague, ...]:
        return self.admin, self.nora, self.niko, self.mira, self.lena


def keep(picture: Path, name: str) -> None:
    """Have a picture for the README if there is none."""
    kept = PICTURES / f"{name}.png"
    if not kept.exists():
        PICTURES.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(picture.read_bytes())
    assert kept.stat().st_size < HEAVIEST

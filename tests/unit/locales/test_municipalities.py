import random
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.errors import CountryUnknown, MunicipalityUnknown
from locales.municipalities import Municipalities

KOSOVO = Municipalities.load("xk")
ALBANIA = Municipalities.load("al")
MITROVICAS = {"mitrovice-e-jugut", "mitrovice-e-veriut"}


def test_kosovo_has_38_municipalities_in_7_regions_and_albania_61_in_12() -> None:
    for country, municipalities, regions in ((KOSOVO, 38, 7), (ALBANIA, 61, 12)):
        assert (len(country.codes()), len(country.regions())) == (municipalities, regions)
        listed = [code for region in country.regions() for code in country.in_region(region)]
        assert sorted(listed) == sorted(country.codes())
        assert all(code in country.in_region(country.region_of(code)) for code in country.codes())


def test_a_place_is_named_in_the_readers_language() -> None:
    languages = ("sq", "sr-Latn", "sr-Cyrl", "en", "rom")
    assert [KOSOVO.name("gjakove", one) for one in languages] == [
        "Gjakovë", "Đakovica", "Ђаковица", "Gjakovë/Đakovica", "Gjakovë/Đakovica",
    ]  # fmt: skip
    assert KOSOVO.name("gjakove", "rom", "sr-Cyrl") == "Ђаковица"
    assert KOSOVO.region_name("mitrovice", "sr-Cyrl") == "Косовска Митровица"
    assert ALBANIA.name("AL.SD.SO", "sr-Latn") == "Shkodër"


def test_an_unknown_code_is_an_error_and_an_unknown_region_is_empty() -> None:
    with pytest.raises(MunicipalityUnknown):
        KOSOVO.name("atlantis", "sq")
    with pytest.raises(MunicipalityUnknown):
        KOSOVO.region_name("atlantis", "sq")
    with pytest.raises(CountryUnknown):
        Municipalities.load("rs")
    assert KOSOVO.in_region("atlantis") == ()


@pytest.mark.parametrize("country", [KOSOVO, ALBANIA], ids=["xk", "al"])
def test_every_name_in_every_language_finds_its_own_place_alone(country: Municipalities) -> None:
    for code in country.codes():
        for language in ("sq", "sr-Latn", "sr-Cyrl", "en"):
            for name in country.name(code, language).split("/"):
                for typed in (name, name.upper(), name.lower(), _ascii(name), name.replace(" ", ""), name.replace(" ", "-")):
                    assert (typed, country.find(typed)) == (typed, (code,))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Prishtina", "prishtine"), ("Prishtinës", "prishtine"), ("në Prishtinë", "prishtine"), ("u Prištini", "prishtine"),
        ("из Приштине", "prishtine"), ("Prischtina", "prishtine"), ("jam nga Prishtina por tani jetoj larg", "prishtine"),
        ("Djakovica", "gjakove"), ("Dakovica", "gjakove"), ("Gjakovës", "gjakove"), ("u Suvoj Reci", "suhareke"),
        ("Theranda", "suhareke"), ("Novom Brdu", "novoberde"), ("Uroševcu", "ferizaj"), ("Ferizajt", "ferizaj"),
        ("iz Orahovca", "rahovec"), ("Ravuca", "rahovec"), ("Glogovcu", "drenas"), ("Gllogovcit", "drenas"),
        ("Drenasi", "drenas"), ("Kastriot", "obiliq"), ("Besianë", "podujeve"), ("Elez Han", "hani-i-elezit"),
        ("Hanit të Elezit", "hani-i-elezit"), ("u Đeneral Jankoviću", "hani-i-elezit"), ("Пећ", "peje"), ("u Peći", "peje"),
        ("Pejës", "peje"), ("Vitisë", "viti"), ("Vitina", "viti"), ("Косову Пољу", "fushe-kosove"), ("fushkosove", "fushe-kosove"),
        ("Kosovska Kamenica", "kamenice"), ("Mamuşa", "mamushe"), ("Mitrovicës së Veriut", "mitrovice-e-veriut"),
        ("u Severnoj Mitrovici", "mitrovice-e-veriut"), ("Mitrovica jug", "mitrovice-e-jugut"), ("north mitrovica", "mitrovice-e-veriut"),
        ("mitrovica e jugut", "mitrovice-e-jugut"), ("Мамуши", "mamushe"), ("Štrpcu", "shterpce"), ("prizr", "prizren"),
    ],
)  # fmt: skip
def test_spellings_aliases_and_case_forms_find_the_place(text: str, code: str) -> None:
    assert KOSOVO.find(text) == (code,)


@pytest.mark.parametrize(
    "text", ["Mitrovica", "mitrovicë", "u Mitrovici", "Косовска Митровица", "Mitrovicës", "mitro", "mitrovca"]
)
def test_mitrovica_alone_is_two_municipalities(text: str) -> None:
    assert set(KOSOVO.find(text)) == MITROVICAS


def test_several_places_are_told_in_the_order_of_the_text() -> None:
    assert KOSOVO.find("Prizren ose Pejë, nuk e di") == ("prizren", "peje")


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "?", "123", "🙂", "po", "jo", "da", "ne", "Kosovo", "Kosovë", "na Kosovu", "škola", "ne shkolle", "u skoli",
        "kod kuće", "kući", "shtepi", "jam ne shtepi me babin", "nuk e di", "ne znam", "I do not know", "babai", "tata", "mama",
        "selo", "fshat", "rruga", "ulica", "komšija", "viti i kaluar ishte i keq", "ai eshte ketu tani", "pomoć", "ndihmë",
        "on me udara", "me rrah çdo natë", "Beograd", "Skopje", "Berlin", "Novi Pazar", "Tirana",
    ],
)  # fmt: skip
def test_what_names_no_municipality_finds_none(text: str) -> None:
    assert KOSOVO.find(text) == ()


def test_an_everyday_word_is_a_place_only_when_nothing_else_is_said() -> None:
    assert KOSOVO.find("Viti") == ("viti",)
    assert KOSOVO.find("viti i fundit ishte shume i veshtire") == ()
    assert ALBANIA.find("Mat") == ("AL.DB.MA",)
    assert ALBANIA.find("he has hit me today again") == ()


@pytest.mark.parametrize(
    "text",
    [
        "prishtnja " * 410,
        "\ufdfa" * 4096,
        "a" * 4096,
        "aa " * 1400,
        "\u0301" * 4096,
        "Ђ" * 4096,
        "viti " * 900,
        "{" * 4096,
        "\x00\ud800" * 2000,
    ],
    ids=["slips", "expanding", "one letter", "short words", "marks", "cyrillic", "names", "braces", "broken"],
)
def test_a_hostile_text_is_answered_quickly(text: str) -> None:
    start = time.perf_counter()
    assert len(KOSOVO.find(text)) <= 5
    assert time.perf_counter() - start < 0.25  # about 6 ms; the rest is a slow machine


@given(st.text(max_size=200))
def test_any_text_finds_at_most_five_known_places(text: str) -> None:
    found = KOSOVO.find(text)
    assert len(found) == len(set(found)) <= 5
    assert set(found) <= set(KOSOVO.codes())


ALPHABETS = {"sq": "aeirtnshkëç", "sr-Latn": "aeirtnskčšć", "sr-Cyrl": "аеиртнскчшћ"}


@pytest.mark.parametrize("language", ALPHABETS)
def test_nineteen_of_twenty_names_with_a_slip_are_still_found(language: str) -> None:
    """One letter missing, doubled, exchanged, wrong or too many, anywhere in the name, in three scripts."""
    chance = random.Random(language)
    outcomes = [
        _outcome(code, _slip(KOSOVO.name(code, language), ALPHABETS[language], chance))
        for code in KOSOVO.codes()
        for _ in range(20)
    ]
    assert outcomes.count("found") / len(outcomes) >= 0.95
    assert outcomes.count("another") / len(outcomes) <= 0.005


def _outcome(code: str, typed: str) -> str:
    found = KOSOVO.find(typed)
    return "found" if code in found else "another" if found else "nothing"


def _slip(name: str, alphabet: str, chance: random.Random) -> str:
    at = chance.randrange(len(name))
    before, letter, after = name[:at], name[at], name[at + 1 :]
    kinds = [before + after, before + letter * 2 + after, before + after[:1] + letter + after[1:]]
    return chance.choice([*kinds, before + chance.choice(alphabet) + after, before + letter + chance.choice(alphabet) + after])


def _ascii(name: str) -> str:
    decomposed = unicodedata.normalize("NFD", name.replace("đ", "dj").replace("Đ", "Dj"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@pytest.mark.parametrize(
    ("point", "code"),
    [
        ((42.66, 21.16), "prishtine"), ((42.21, 20.74), "prizren"), ((42.66, 20.29), "peje"), ((42.15, 21.30), "hani-i-elezit"),
        ((43.10, 20.80), "leposaviq"), ((42.03, 20.65), "dragash"),
    ],
)  # fmt: skip
def test_a_point_near_a_centre_is_in_its_municipality(point: tuple[float, float], code: str) -> None:
    assert KOSOVO.nearest(*point) == code


@pytest.mark.parametrize(
    "point",
    [
        (42.89, 20.87),  # Mitrovica: the town does not tell which of the two
        (42.667, 21.13),  # between Prishtina and Fushë Kosovë
        (42.31, 21.65),  # Preševo
        (42.46, 21.77),  # Bujanovac
        (42.08, 20.42),  # Kukës
        (42.36, 20.08),  # Bajram Curri
        (43.14, 20.51),  # Novi Pazar
        (42.00, 21.43),  # Skopje
        (41.33, 19.82),  # Tirana
        (0.0, 0.0), (90.0, 180.0), (1000.0, 21.0), (float("nan"), 21.0), (42.6, float("inf")),
    ],
)  # fmt: skip
def test_a_point_that_is_abroad_or_unclear_is_in_none(point: tuple[float, float]) -> None:
    assert KOSOVO.nearest(*point) is None


def test_albania_knows_its_centres_too() -> None:
    assert ALBANIA.nearest(41.33, 19.82) == "AL.TI.TR"
    assert ALBANIA.nearest(42.66, 21.16) is None
    assert ALBANIA.nearest(39.91, 20.36) is None  # Kakavijë: in Dropull, whose centre is not known

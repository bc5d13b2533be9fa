"""Cards fit what a messenger can show, whatever is in them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import engine
from flows.assets import Assets, Policy
from flows.hearing import Hearing
from flows.resumes import ChoicePressed, Circumstances, TextSaid, Trigger
from flows.script import Script
from flows.session import Said, revised
from flows.urgency import UrgencyRules
from flows.view import Choice, Paragraph, Ref, View
from handlers.cards import CUT, Cards, fitted
from handlers.channel import ChannelLimits
from handlers.chat import CaseHandle, Chat
from locales.catalogue import Catalogue
from locales.helplines import Helplines
from locales.languages import LANGUAGES
from locales.municipalities import Municipalities
from tests.unit.handlers.fakes import CHAT

TODAY = date(2026, 11, 22)
LIMITS = ChannelLimits(text=4096, data=64, deletes=True)
AROUND = Circumstances(on_duty=True, officer="none")
paragraphs = st.lists(st.text(max_size=60), max_size=8)


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@pytest.fixture(scope="module")
def assets() -> Assets:
    return Assets(
        script=Script.load("report"),
        urgency=UrgencyRules.load(),
        hearing=Hearing.load(),
        places=Municipalities.load("xk"),
        policy=Policy(attachments="voice", abandoned="discard", country="xk"),
    )


@pytest.fixture(scope="module")
def cards(assets: Assets) -> Cards:
    return Cards(
        catalogue=Catalogue.load(),
        places=Municipalities.load("xk"),
        helplines=Helplines.load("xk"),
        assets=assets,
        today=lambda: TODAY,
    )


def started(assets: Assets, language: str = "en") -> Chat:
    flow, _ = engine.start(assets, Trigger(channel="telegram", language=language), AROUND, 1000, lambda size: b"\x01" * size)
    return Chat(address=CHAT, flow=flow)


@given(paragraphs, st.integers(min_value=1, max_value=200))
def test_a_card_never_exceeds_the_limit_in_utf_16_units(given_paragraphs: list[str], limit: int) -> None:
    assert units(fitted(given_paragraphs, limit)) <= limit


@given(paragraphs, st.text(alphabet="abcdefgh 😀", min_size=1, max_size=20))
def test_the_question_at_the_end_is_never_cut_while_anything_else_is_left(given_paragraphs: list[str], question: str) -> None:
    assert fitted([*given_paragraphs, question], units(question) + 4).endswith(question)


@given(paragraphs)
def test_what_fits_is_not_changed(given_paragraphs: list[str]) -> None:
    whole = fitted(given_paragraphs, 10_000)
    for paragraph in given_paragraphs:
        assert paragraph in whole


def test_what_is_cut_is_the_beginning_of_the_longest() -> None:
    assert fitted(["short", "x" * 100 + "end", "Right?"], 40) == f"short\n{CUT}{'x' * 21}end\n\nRight?"


def test_no_letter_is_cut_in_two() -> None:
    cut = fitted(["😀" * 50, "Right?"], 41)
    assert cut.encode("utf-16-le").decode("utf-16-le") == cut
    assert units(cut) <= 41


def test_the_words_of_a_long_report_fit_on_their_card(assets: Assets, cards: Cards) -> None:
    chat = started(assets)
    assert chat.flow is not None
    words = tuple(Said("ж😀" * 1500, 2000 + number) for number in range(5))
    chat = Chat(address=CHAT, flow=revised(chat.flow, node="review", words=words, open_words=True))
    assert chat.flow is not None
    card = cards.render(engine.show(assets, chat.flow, AROUND), chat, LIMITS)
    assert units(card.text) <= 4096
    assert card.text.endswith("What do you want to do?")


def test_what_a_reporter_wrote_is_never_read_as_a_template(assets: Assets, cards: Cards) -> None:
    chat = started(assets)
    assert chat.flow is not None
    chat = Chat(address=CHAT, flow=revised(chat.flow, words=(Said("{emergency} {0.__class__} {", 2000),)))
    view = View(node="x", mood="normal", paragraphs=(Paragraph("{words}", (("words", Ref("words", "")),)),), choices=(), nav=())
    assert cards.render(view, chat, LIMITS).text == "{emergency} {0.__class__} {"


@pytest.mark.parametrize("language", [language.code for language in LANGUAGES])
def test_every_button_carries_at_most_64_bytes_and_a_label(assets: Assets, cards: Cards, language: str) -> None:
    chat = started(assets, language)
    flow = chat.flow
    assert flow is not None
    for node in assets.script.nodes:
        at_node = Chat(address=CHAT, flow=revised(flow, node=node, sprint=2**31))
        assert at_node.flow is not None
        card = cards.render(engine.show(assets, at_node.flow, AROUND), at_node, LIMITS)
        for button in (button for row in card.rows for button in row):
            assert 0 < len(button.data.encode()) <= 64
            assert button.label.strip()
        assert card.text
        assert "{" not in card.text


def test_help_and_hide_stand_in_the_last_row_of_every_question(assets: Assets, cards: Cards) -> None:
    chat = started(assets)
    assert chat.flow is not None
    card = cards.render(engine.show(assets, chat.flow, AROUND), chat, LIMITS)
    assert [button.data.partition(":")[2] for button in card.rows[-1]] == ["help", "hide"]


def test_a_line_that_promises_a_forgotten_receipt_is_left_out(assets: Assets, cards: Cards) -> None:
    chat = started(assets)
    view = View(
        node="x",
        mood="normal",
        paragraphs=(Paragraph("Hello."), Paragraph("This is the code: {receipt}", (("receipt", Ref("receipt", "")),))),
        choices=(),
        nav=(),
    )
    assert cards.render(view, chat, LIMITS).text == "Hello."
    with_receipt = chat.with_case(CaseHandle(case_id=b"c" * 16, receipt="1234 5678"))
    assert cards.render(view, with_receipt, LIMITS).text.endswith("This is the code: 1234 5678")


def test_a_tick_stands_before_its_label(assets: Assets, cards: Cards) -> None:
    chat = started(assets)
    choices = (Choice("a", "Yes", True), Choice("b", "No", False))
    view = View(node="x", mood="normal", paragraphs=(Paragraph("Hello."),), choices=choices, nav=())
    assert [[button.label for button in row] for row in cards.render(view, chat, LIMITS).rows] == [["✓ Yes", "No"]]


@pytest.mark.parametrize("language", ["sq", "sr-Latn", "sr-Cyrl", "en"])
def test_what_did_not_arrive_is_told_with_the_numbers_to_call(assets: Assets, cards: Cards, language: str) -> None:
    chat = started(assets, language)
    assert chat.flow is not None
    view = engine.show(assets, chat.flow, AROUND)
    told = cards.not_taken(view, chat, "en", LIMITS)
    assert "112" in told.text
    assert told.rows == cards.render(view, chat, LIMITS).rows
    to_a_stranger = cards.not_taken(None, Chat(address=CHAT), language, LIMITS)
    assert "112" in to_a_stranger.text
    assert to_a_stranger.rows == ()


def test_the_last_card_says_nothing_and_offers_nothing(cards: Cards) -> None:
    card = cards.forgotten("sr-Cyrl")
    assert (card.text, card.rows) == (Catalogue.load().text("Nothing new right now.", "sr-Cyrl"), ())


def test_a_flood_is_explained_on_a_card_but_never_on_a_neutral_one(assets: Assets, cards: Cards) -> None:
    chat = started(assets)
    assert chat.flow is not None
    flooded = cards.render(engine.show(assets, chat.flow, AROUND), chat, LIMITS, flooded=True)
    assert flooded.text.startswith("Many messages came at once.")
    neutral = revised(chat.flow, status="neutral")
    view = engine.show(assets, neutral, AROUND)
    assert cards.render(view, Chat(address=CHAT, flow=neutral), LIMITS, flooded=True).text == "Nothing new right now."


def test_the_list_of_answers_is_worded_and_counts_what_was_written(assets: Assets, cards: Cards) -> None:
    chat = started(assets)
    flow = chat.flow
    assert flow is not None
    for number, resume in enumerate(
        (ChoicePressed("en", flow.sprint), TextSaid("He hits me."), ChoicePressed("no", flow.sprint + 1))
    ):
        flow, _ = engine.resume(assets, flow, resume, AROUND, 2000 + number, lambda size: b"\x01" * size)
    chat = Chat(address=CHAT, flow=revised(flow, node="review"))
    assert chat.flow is not None
    text = cards.render(engine.show(assets, chat.flow, AROUND), chat, LIMITS).text
    assert "Danger now: No" in text
    assert "Messages written: 1" in text
    assert "He hits me." not in text

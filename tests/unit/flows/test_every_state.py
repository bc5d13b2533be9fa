"""From every state of the real report that a reporter can reach, safety works, and there is a way on."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from flows import engine
from flows.assets import Assets, Policy
from flows.conditions import LEVELS
from flows.events import (
    CameBack,
    CardShown,
    Event,
    Hidden,
    InputRefused,
    LanguageChanged,
    ReportLeft,
    ReportWithdrawn,
    WordsDiscarded,
)
from flows.hearing import Hearing
from flows.resumes import (
    AnswerCame,
    ChoicePressed,
    CodeGiven,
    CommandGiven,
    LocationSent,
    MediaSent,
    OfficerMoved,
    Resume,
    TextEdited,
    TextSaid,
    Trigger,
)
from flows.script import Script
from flows.session import Session
from flows.testing import Dialogue, FewPlaces
from flows.urgency import UrgencyRules
from flows.view import View

SCRIPT = Script.load("report")
HEARING = Hearing.load()
RULES = UrgencyRules.load()
PLACES = FewPlaces(
    tree={"peje": ("peje", "istog", "kline"), "mitrovice": ("mitrovice-e-jugut", "mitrovice-e-veriut"), "prizren": ("prizren",)},
    points={(42, 21): "peje"},
)
SECRETS = ("ai ka thikë", "dua të vdes", "diçka tjetër")
SAID = (*SECRETS, "po", "jo", "mitrovice", "peje", "ndihmë", "prapa", "Kalem", "", "😀", "x" * 9000)
KINDS = ("voice", "photo", "video", "sticker", "contact", "other")
MOST_CHOICES = 8
"""Five, two that turn the page, and one that ends the question."""


def turn(dialogue: Dialogue, session: Session, resume: Resume) -> tuple[Session, tuple[Event, ...]]:
    return engine.resume(dialogue.assets, session, resume, dialogue.circumstances, dialogue.now, dialogue.rng)


def card(events: tuple[Event, ...]) -> View:
    last = events[-1]
    assert isinstance(last, CardShown)
    return last.view


class Reporter(RuleBasedStateMachine):
    """Somebody who does anything at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.dialogue: Dialogue
        self.begin("telegram", "deliver_if_danger")
        self.begun = False
        self.urgency: str | None = None

    def begin(self, channel: str, abandoned: str) -> None:
        policy = Policy(abandoned=abandoned)
        assets = Assets(script=SCRIPT, urgency=RULES, hearing=HEARING, places=PLACES, policy=policy)
        self.dialogue = Dialogue(assets, Trigger(channel=channel, language="sq"))

    def take(self, resume: Resume) -> None:
        self.begun = True
        self.dialogue.now += 1
        self.watch(self.dialogue.take(resume))

    def watch(self, events: tuple[Event, ...]) -> None:
        """Urgency falls only when everything is gone."""
        before, now = self.urgency, self.dialogue.session.urgency
        emptied = any(isinstance(event, ReportWithdrawn | ReportLeft | WordsDiscarded | CameBack) for event in events)
        if before is not None and not emptied and self.dialogue.session.status != "ended":
            assert now is not None
            assert LEVELS.index(now) <= LEVELS.index(before)
        self.urgency = now
        if self.dialogue.session.status == "ended":
            self.begin(self.dialogue.session.channel, self.dialogue.assets.policy.abandoned)
            self.urgency = None

    @precondition(lambda self: not self.begun)
    @rule(
        channel=st.sampled_from(["telegram", "viber", "page"]),
        abandoned=st.sampled_from(["discard", "deliver_if_danger", "deliver"]),
        on_duty=st.booleans(),
    )
    def starts(self, channel: str, abandoned: str, on_duty: bool) -> None:
        self.begin(channel, abandoned)
        self.dialogue.under(on_duty=on_duty)
        self.begun = True

    @rule(which=st.integers(0, MOST_CHOICES))
    def presses(self, which: int) -> None:
        choices = self.dialogue.view.choices
        self.take(ChoicePressed(choices[which % len(choices)].code if choices else "?", self.dialogue.session.sprint))

    @rule(which=st.integers(0, MOST_CHOICES))
    def walks_on(self, which: int) -> None:
        """Presses what leads deeper: mostly the first choices."""
        for _ in range(4):
            self.presses(which)

    @rule(code=st.sampled_from(["skip", "back", "stop", "help", "hide", "never"]))
    def navigates(self, code: str) -> None:
        self.take(ChoicePressed(code, self.dialogue.session.sprint))

    @rule()
    def skips_a_lot(self) -> None:
        for _ in range(5):
            self.navigates("skip")

    @rule(text=st.sampled_from(SAID))
    def says(self, text: str) -> None:
        self.take(TextSaid(text))

    @rule(text=st.text(max_size=40))
    def corrects(self, text: str) -> None:
        self.take(TextEdited(text))

    @rule(
        name=st.sampled_from(["start", "help", "hide", "stop", "language", "forget", "keep", "x"]),
        argument=st.sampled_from(["", "sq", "?"]),
    )
    def commands(self, name: str, argument: str) -> None:
        self.take(CommandGiven(name, argument))

    @rule(kind=st.sampled_from(KINDS), kept=st.booleans())
    def sends_a_file(self, kind: str, kept: bool) -> None:
        self.take(MediaSent(kind=kind, kept=kept))

    @rule(latitude=st.sampled_from([42.5, 0.0]))
    def sends_a_point(self, latitude: float) -> None:
        self.take(LocationSent(latitude=latitude, longitude=21.5))

    @rule(state=st.sampled_from(["waiting", "acknowledged", "taken", "unanswered", "closed"]))
    def officer_moves(self, state: str) -> None:
        self.dialogue.under(officer=state)
        self.take(OfficerMoved(state))

    @rule(readers=st.sampled_from(["national", "area", "late", "nobody"]))
    def readers_change(self, readers: str) -> None:
        self.dialogue.under(readers=readers)

    @rule(count=st.integers(0, 3))
    def answers_come(self, count: int) -> None:
        self.dialogue.under(answers=count)
        self.take(AnswerCame())

    @rule(outcome=st.sampled_from(["found", "unknown", "mistyped", "later"]), urgency=st.sampled_from(["P0", "P2"]))
    def types_a_code(self, outcome: str, urgency: str) -> None:
        self.take(CodeGiven(outcome=outcome, urgency=urgency, language="sq"))

    @rule(seconds=st.sampled_from([120, 600, 900, 90_000]))
    def waits(self, seconds: int) -> None:
        self.watch(self.dialogue.wait(seconds))

    @rule(choice=st.text(max_size=10), sprint=st.integers(-5, 20))
    def presses_anything(self, choice: str, sprint: int) -> None:
        self.take(ChoicePressed(choice, sprint))

    @invariant()
    def every_card_has_a_way_on(self) -> None:
        view = self.dialogue.view
        assert 1 <= len(view.choices) <= MOST_CHOICES, view
        assert all(1 <= len(choice.code.encode()) <= 40 for choice in view.choices), view
        assert len({choice.code for choice in view.choices}) == len(view.choices), view
        assert view.paragraphs, view
        if self.dialogue.session.status == "active":
            assert {"help", "hide"} <= set(view.nav)
        else:
            assert (view.mood, view.nav) == ("neutral", ())

    @invariant()
    def every_choice_that_is_shown_is_taken(self) -> None:
        session = self.dialogue.session
        for choice in self.dialogue.view.choices:
            _, events = turn(self.dialogue, session, ChoicePressed(choice.code, session.sprint))
            assert not any(isinstance(event, InputRefused) for event in events), (choice, self.dialogue.view)
        for code in self.dialogue.view.nav:
            _, events = turn(self.dialogue, session, ChoicePressed(code, session.sprint))
            assert not any(isinstance(event, InputRefused) for event in events), (code, self.dialogue.view)

    @invariant()
    def hiding_works_and_shows_nothing(self) -> None:
        hidden, events = turn(self.dialogue, self.dialogue.session, ChoicePressed("hide", -1))
        assert Hidden("asked") in events
        assert card(events).node == "!hidden"
        opened, events = turn(self.dialogue, hidden, ChoicePressed("?", -1))
        assert opened.node == SCRIPT.start
        assert card(events).node == ("!answered" if self.dialogue.circumstances.answers else SCRIPT.start)

    @invariant()
    def help_shows_numbers_and_leads_back(self) -> None:
        session = self.dialogue.session
        if session.status != "active":
            return
        helped, events = turn(self.dialogue, session, ChoicePressed("help", -1))
        assert any("{emergency}" in paragraph.text for paragraph in card(events).paragraphs)
        _, events = turn(self.dialogue, helped, ChoicePressed("go_on", helped.sprint))
        if "help" not in [one.kind for one in session.interruptions]:
            assert card(events).node == self.dialogue.view.node

    @invariant()
    def the_language_can_be_changed_without_losing_anything(self) -> None:
        session = self.dialogue.session
        other = "en" if session.language != "en" else "sq"
        changed, events = turn(self.dialogue, session, CommandGiven("language", other))
        assert LanguageChanged(other) in events
        assert (changed.words, changed.answers, changed.node) == (session.words, session.answers, session.node)

    @invariant()
    def no_card_shows_what_was_said(self) -> None:
        shown = str(self.dialogue.view)
        assert not any(said.text in shown for said in self.dialogue.session.words if said.text in SECRETS)


TestReporter = Reporter.TestCase
TestReporter.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)

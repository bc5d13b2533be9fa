"""The draft of one turn: the session as it changes and the events so far. Lives for one call of the engine and is thrown away.

Only the modules of the engine use it. Laws: what happens is an event; urgency only rises; a case is opened once.
"""

from collections.abc import Callable
from typing import Final

from flows import limits
from flows.assets import Assets
from flows.conditions import SKIPPED, AnswerValue, Facts, at_least
from flows.events import AnswerGiven, AnswerSkipped, CaseOpened, DangerConfirmed, Event, MessageWritten, UrgencyRaised, WordsKept
from flows.facts import facts_of
from flows.resumes import Circumstances
from flows.script import Node
from flows.session import Answer, Interruption, Said, Session, Timer, revised

Rng = Callable[[int], bytes]
"""Gives so many random bytes."""

UNSETTLED_LEVEL: Final = "P1"
"""A risk that was heard and not denied raises to this at least (DOMAIN.md section 5)."""

UNKNOWN_LEVEL: Final = "P1"
"""A case of which nothing is known is urgent: unknown danger is not no danger (DOMAIN.md section 5)."""


class Turn:
    """One turn. `session` is replaced, never changed; `events` grows in the order in which things happen."""

    def __init__(self, assets: Assets, session: Session, circumstances: Circumstances, now: int, rng: Rng) -> None:
        self.assets = assets
        self.session = session
        self.circumstances = circumstances
        self.now = now
        self.rng = rng
        self.events: list[Event] = []
        self.refused: str | None = None
        self.no_way_back = False
        self._facts: tuple[Session, Facts] | None = None

    @property
    def node(self) -> Node:
        """The node where the conversation stands."""
        return self.assets.script.nodes[self.session.node]

    def facts(self) -> Facts:
        """What is known now."""
        if self._facts is None or self._facts[0] is not self.session:
            self._facts = (self.session, facts_of(self.assets, self.session, self.circumstances))
        return self._facts[1]

    def emit(self, event: Event) -> None:
        """Say that something happened."""
        self.events.append(event)

    def refuse(self, why: str) -> None:
        """Say that what came in fits nowhere; the engine then leaves the session as it was."""
        self.refused = why

    def note(self, name: str) -> None:
        """Let the next card say this first."""
        if name not in self.session.notes:
            self.session = revised(self.session, notes=(*self.session.notes, name))

    def interrupt(self, kind: str, about: str = "") -> None:
        """Put a card before the question; a card that is there already comes to the top."""
        card = Interruption(kind, about)
        below = tuple(one for one in self.session.interruptions if one != card)
        self.session = revised(self.session, interruptions=(*below, card))

    def interrupt_below_risks(self, kind: str) -> None:
        """Put a card before the question, under questions about a risk; one that is there already stays."""
        standing = self.session.interruptions
        if not any(card.kind == kind for card in standing):
            risks = tuple(card for card in standing if card.kind == "risk")
            others = tuple(card for card in standing if card.kind != "risk")
            self.session = revised(self.session, interruptions=(*others, Interruption(kind), *risks))

    def close(self) -> None:
        """Take the topmost card away."""
        self.session = revised(self.session, interruptions=self.session.interruptions[:-1])

    def close_all(self) -> None:
        """Take every card before the question away, but not a question about a risk."""
        self.session = revised(self.session, interruptions=tuple(one for one in self.session.interruptions if one.kind == "risk"))

    def set_timer(self, name: str, due_at: int | None) -> None:
        """Wake the conversation at this moment, or no more."""
        others = tuple(timer for timer in self.session.timers if timer.name != name)
        self.session = revised(self.session, timers=others if due_at is None else (*others, Timer(name, due_at)))

    @property
    def talks(self) -> bool:
        """Whether what is written now is a message to whoever has the case."""
        return self.session.case_is_open and self.assets.script.is_talk(self.session.node)

    def write_message(self, text: str) -> None:
        """Let the team have what the reporter writes to it. It stands in the case, and is not remembered here."""
        if len(text) > limits.TEXT:
            text = text[: limits.TEXT]
            self.note("words_cut")
        self.session = revised(self.session, wrote=True)
        self.emit(MessageWritten(text, self.now))

    def keep_words(self, text: str) -> bool:
        """Keep something in the reporter's own words; False where no more fits before a case is open."""
        words = self.session.words
        if self.session.case_is_open:
            words = words[-limits.WORDS_IN_OPEN_CASE + 1 :]
        elif len(words) >= limits.WORDS_ENTRIES or sum(len(said.text) for said in words) >= limits.WORDS_CHARACTERS:
            return False
        if len(text) > limits.TEXT:
            text = text[: limits.TEXT]
            self.note("words_cut")
        self.session = revised(self.session, words=(*words, Said(text, self.now)), wrote=True)
        self.emit(WordsKept(text, self.now))
        return True

    def answer(self, step: str, value: AnswerValue) -> None:
        """Record an answer, or a different one."""
        self._record(Answer(step, value, self.now))
        self.emit(AnswerGiven(step, value, self.now))

    def skip(self, step: str) -> None:
        """Record that a question was asked and left out."""
        self._record(Answer(step, SKIPPED, self.now))
        self.emit(AnswerSkipped(step))

    def _record(self, given: Answer) -> None:
        known = self.session.answers
        if any(answer.step == given.step for answer in known):
            answers = tuple(given if answer.step == given.step else answer for answer in known)
        else:
            answers = (*known, given)
        self.session = revised(self.session, answers=answers)

    def assess(self) -> None:
        """Let the rules look at what is known and raise the urgency to the most urgent that holds. Nothing known, nothing found: so it
        is also where a case was sent long ago, whose answers are not remembered here."""
        if not self.session.answers and self.session.case != "open":
            return
        facts = self.facts()
        for finding in self.assets.urgency.assess(facts.answers, facts):
            self.raise_urgency(finding.level, finding.reason)

    def raise_urgency(self, level: str, reason: str) -> None:
        """Make the case as urgent as this; it never becomes less."""
        if not at_least(self.session.urgency, level):
            self.session = revised(self.session, urgency=level)
            self.emit(UrgencyRaised(level, reason))

    def open_case(self, reason: str) -> None:
        """Open the case, once."""
        if self.session.case_is_open:
            return
        self.session = revised(self.session, case="open")
        self.assess()
        for risk in self.session.unsettled_risks:
            self.raise_urgency(UNSETTLED_LEVEL, risk)
        if self.session.urgency is None:
            self.raise_urgency(UNKNOWN_LEVEL, "unknown")
        self.set_timer("abandoned", None)
        self.set_timer("risk", None)
        self.emit(CaseOpened(reason))

    @property
    def danger_may_sound_again(self) -> bool:
        """Whether danger that was said before, said now, is news to whoever has the case."""
        return self.session.case_is_open and self.now - self.session.danger_at >= limits.DANGER_AGAIN

    def danger(self, risk: str, level: str) -> None:
        """Danger was said by a choice: raise the alarm now, whatever is still unknown; also of danger that was said before."""
        known = self.session.risks_confirmed
        if risk not in known or self.danger_may_sound_again:
            confirmed = known if risk in known else (*known, risk)
            self.session = revised(self.session, risks_confirmed=confirmed, danger_at=self.now)
            self.emit(DangerConfirmed(risk))
        self.raise_urgency(level, risk)
        self.open_case("danger")

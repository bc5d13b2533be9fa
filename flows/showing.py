"""Builds the card of a session: pure, and the only place that knows what is on a card.

Laws: help and hide are on every card of an active conversation; a neutral or hidden card tells nothing of what the chat is;
what was said is on no card, only `Ref("words")` where the reporter asked for it.
"""

from typing import Final

from flows import answering, paging, place
from flows.assets import Assets
from flows.blank import adapted
from flows.conditions import Facts
from flows.facts import facts_of
from flows.resumes import Circumstances
from flows.script import Line, Node, Words
from flows.session import Session
from flows.view import Choice, Paragraph, Ref, Value, View

_STATUS_CARDS: Final = {"hidden": "hidden", "neutral": "neutral", "ended": "forgotten"}
_WITHOUT_STOP: Final = frozenset({"stop", "stopped", "discarded"})


def show(assets: Assets, session: Session, circumstances: Circumstances, note: str | None = None) -> View:
    """The card as it is now; `note` is said first on it, instead of what was said first before."""
    session = adapted(assets, session)
    return card_of(assets, session, facts_of(assets, session, circumstances), note)


def card_of(assets: Assets, session: Session, facts: Facts, note: str | None = None) -> View:
    """The card under these facts."""
    return _Card(assets, session, facts).view(note)


class _Card:
    """One card while it is built."""

    def __init__(self, assets: Assets, session: Session, facts: Facts) -> None:
        self.assets = assets
        self.session = session
        self.facts = facts
        self.about = ""
        self.mood = "normal"

    def view(self, note: str | None) -> View:
        session, script = self.session, self.assets.script
        card = _STATUS_CARDS.get(session.status)
        if card is not None:
            return self.finished(f"!{card}", script.cards[card], (), self.options(script.cards[card]), ())
        notes = session.notes if note is None else (note,)
        said = tuple(one for name in notes for one in self.lines(script.notes[name]))
        top = session.interruption
        if top is not None:
            self.about = top.about
            node = script.cards[top.kind]
            choices = self.languages() if top.kind == "language" else self.options(node)
            return self.finished(f"!{top.kind}", node, said, choices, self.interruption_nav(top.kind))
        node = script.nodes[session.node]
        return self.finished(node.name, node, said, self.node_choices(node), self.node_nav(node))

    def finished(
        self, name: str, node: Node, said: tuple[Paragraph, ...], choices: tuple[Choice, ...], nav: tuple[str, ...]
    ) -> View:
        beside = self.beside(node) if name == node.name else ()
        # The state of the place is what is asked there; words that are shown stand above the question.
        own = (*self.lines(node.say), *beside) if node.kind == "place" else (*beside, *self.lines(node.say))
        paragraphs = (*said, *own)
        mood = node.mood if node.mood != "normal" else self.mood
        return View(node=name, mood=mood, paragraphs=paragraphs, choices=choices, nav=nav)

    def beside(self, node: Node) -> tuple[Paragraph, ...]:
        """What a node says beyond its own lines: the state of the question about the place, the words if asked for."""
        notes = self.assets.script.notes
        if node.kind == "place":
            return self.lines(notes[self.place_note()])
        return self.lines(notes["words_shown"]) if self.session.open_words else ()

    def place_note(self) -> str:
        if self.session.offered:
            return "place_confirm" if len(self.session.offered) == 1 else "place_several"
        return "place_regions" if self.session.region is None else "place_region"

    def lines(self, lines: tuple[Line, ...]) -> tuple[Paragraph, ...]:
        shown = []
        for line in lines:
            if line.when is None or line.when.holds(self.facts):
                if line.mood != "normal":
                    self.mood = line.mood
                values = tuple((name, self.value(name)) for name in line.names) if line.names else ()
                shown.append(Paragraph(line.words.for_register(self.session.register), values))
        return tuple(shown)

    def value(self, name: str) -> Value:
        """What a placeholder stands for; what only the host knows (receipt, hours) goes by its name."""
        session = self.session
        match name:
            case "area":
                return Ref("area", self.about or next(iter(session.offered), session.area or ""))
            case "meaning":
                return Ref("text", self.assets.hearing.risk(self.about).meaning)
            case "region":
                return Ref("region", session.region or "")
            case "language":
                return Ref("language", session.language)
            case "count":
                return len(session.shown_words)
            case "reply":
                return Ref("reply", str(session.page))
            case _:
                return Ref(name)

    def label(self, words: Words) -> str:
        return words.for_register(self.session.register)

    def named(self, code: str, label: str | None = None) -> Choice:
        """A choice that the engine adds by itself."""
        return Choice(code, self.label(self.assets.script.labels[label or code]))

    def options(self, node: Node) -> tuple[Choice, ...]:
        return tuple(Choice(option.code, self.label(option.label)) for option in node.options_now(self.facts))

    def languages(self) -> tuple[Choice, ...]:
        return tuple(Choice(code, Ref("language", code)) for code in self.assets.policy.languages)

    def node_choices(self, node: Node) -> tuple[Choice, ...]:
        if node.kind == "place":
            return self.place_choices()
        options = node.options_now(self.facts)
        ticked = self.session.ticked
        reads = node.name == self.assets.script.reading
        shown = options if reads else paging.on_page(options, self.session.page)
        if node.kind == "tick":
            choices = tuple(Choice(option.code, self.label(option.label), option.code in ticked) for option in shown)
        else:
            choices = tuple(Choice(option.code, self.label(option.label)) for option in shown)
        built_in = answering.built_in(node)
        turns = self.turns(self.facts.parts if reads else paging.pages(len(options)))
        return (*choices, *turns) if built_in is None else (*choices, *turns, self.built_in(node, built_in))

    def built_in(self, node: Node, code: str) -> Choice:
        return self.named(code) if node.done is None else Choice(code, self.label(node.done))

    def page_turns(self, count: int) -> tuple[Choice, ...]:
        """The buttons that turn the page of so many choices."""
        return self.turns(paging.pages(count))

    def turns(self, pages: int) -> tuple[Choice, ...]:
        """The buttons that turn to the page before and after, of so many."""
        page = self.session.page
        previous = (self.named(paging.PREVIOUS, "previous"),) if page > 0 else ()
        more = (self.named(paging.NEXT, "more"),) if page + 1 < pages else ()
        return (*previous, *more)

    def listed(self, kind: str, prefix: str, codes: tuple[str, ...]) -> tuple[Choice, ...]:
        """A page of places."""
        shown = paging.on_page(codes, self.session.page)
        return (*(Choice(prefix + code, Ref(kind, code)) for code in shown), *self.page_turns(len(codes)))

    def place_choices(self) -> tuple[Choice, ...]:
        session, places = self.session, self.assets.places
        if len(session.offered) == 1:
            return (self.named("yes"), self.named("no"))
        if session.offered:
            found = tuple(Choice(place.AREA + code, Ref("area", code)) for code in session.offered)
            return (*found, self.named(place.NONE_OF_THESE))
        if session.region is None:
            return self.listed("region", place.REGION, places.regions())
        return (*self.listed("area", place.AREA, places.in_region(session.region)), self.named(place.WHOLE, "whole_region"))

    def node_nav(self, node: Node) -> tuple[str, ...]:
        session = self.session
        back = bool(session.trail) or (node.kind == "place" and (session.region is not None or bool(session.offered)))
        skip = ("skip",) if node.may_be_skipped() else ()
        stop = () if node.kind == "end" else ("stop",)
        return (*skip, *(("back",) if back else ()), *stop, "help", "hide")

    def interruption_nav(self, kind: str) -> tuple[str, ...]:
        skip = ("skip",) if kind == "risk" else ()
        stop = () if kind in _WITHOUT_STOP else ("stop",)
        return (*skip, "back", *stop, "help", "hide")

"""The engine: pure functions from a session and what came in to the next session and the facts of the turn.

Laws. No clock, no randomness, no I/O: `now` and `rng` are arguments. Nothing that a reporter can do raises. What fits nowhere
leaves the session as it was and is an `InputRefused`. Safety comes before the script. The last event of a turn that shows
something is `CardShown` with the whole card.
"""

from flows import answering, blank, effects, interruptions, limits, media, place, returning, risks, safety, timing
from flows.assets import Assets
from flows.commandwords import folded
from flows.events import CardShown, Event, InputRefused, StalePressed
from flows.resumes import (
    AnswerCame,
    ChoicePressed,
    Circumstances,
    CodeGiven,
    CommandGiven,
    LocationSent,
    MediaSent,
    OfficerMoved,
    Remembered,
    Resume,
    TextEdited,
    TextSaid,
    TimedOut,
    Trigger,
)
from flows.session import Session, revised
from flows.showing import card_of, show
from flows.turn import Rng, Turn
from flows.view import NAV

__all__ = ["rest", "resume", "show", "start"]

Input = TextSaid | TextEdited | ChoicePressed | CommandGiven | MediaSent | LocationSent | CodeGiven
"""What a reporter can send."""

Outcome = tuple[Session, tuple[Event, ...]]

_REFUSAL_NOTES = {"unknown_choice": "unknown"}
_OFFICER_STATES = frozenset({"waiting", "acknowledged", "taken", "unanswered", "closed"})


def start(assets: Assets, trigger: Trigger, circumstances: Circumstances, now: int, rng: Rng) -> Outcome:
    """Begin a conversation at the script's first node."""
    session = timing.touch(blank.fresh(assets, trigger, now, _drawn(rng)), now)
    return session, (CardShown(show(assets, session, circumstances)),)


def rest(assets: Assets, session: Session | None, known: Remembered, now: int, rng: Rng) -> Session:
    """Make the conversation, closed, of a reporter whose case lives on and who is to be answered."""
    return timing.touch(blank.at_rest(assets, session, known, now, _drawn(rng)), now)


def resume(assets: Assets, session: Session, resume: Resume, circumstances: Circumstances, now: int, rng: Rng) -> Outcome:
    """Go on with a conversation: take what came in, or what is due, and tell what happened."""
    session = blank.adapted(assets, session)
    turn = Turn(assets, session, circumstances, now, rng)
    match resume:
        case TimedOut():
            return _time_out(turn, resume.timer)
        case OfficerMoved():
            return _officer_moved(turn, resume.state)
        case AnswerCame():
            return _answer_came(turn)
        case ChoicePressed() if _is_stale(session, resume):
            return session, (StalePressed(), CardShown(show(assets, session, circumstances, "stale")))
        case _:
            _take(turn, resume)
            return _finished(turn, session)


def _drawn(rng: Rng) -> int:
    return int.from_bytes(rng(limits.SPRINT_BYTES), "big")


def _is_stale(session: Session, press: ChoicePressed) -> bool:
    """A press that came from an earlier card. Hide and help are never stale, and before the door any press only opens it."""
    return press.sprint != session.sprint and press.choice not in {"hide", "help"} and session.status not in {"hidden", "ended"}


def _take(turn: Turn, resume: Input) -> None:
    """Let safety, then the cards before the question, then the script take what came in."""
    if isinstance(resume, TextSaid | TextEdited) and safety.is_safe_word(turn, resume.text):
        effects.hide(turn, "safe_word")
        return
    came_back = _wake(turn)
    match resume:
        case ChoicePressed() if came_back and resume.choice not in {"hide", "help"}:
            pass
        case ChoicePressed():
            _press(turn, resume.choice)
        case CommandGiven():
            _command(turn, resume)
        case TextSaid() | TextEdited():
            _hear(turn, resume, answers=not came_back)
        case CodeGiven():
            returning.arrive(turn, resume)
        case MediaSent():
            media.send(turn, resume)
        case _:
            media.locate(turn, resume)


def _wake(turn: Turn) -> bool:
    """Come back from a neutral card to the question, from a hidden one to the door, or begin anew after the end.

    True if a press is used up by that.
    """
    session = turn.session
    if session.status == "active":
        turn.session = revised(session, notes=(), open_words=False)
        return False
    if session.status == "neutral":
        turn.session = revised(session, status="active", open_words=False)
        returning.offer_answers(turn)
        return True
    sprint = _drawn(turn.rng)
    if session.status == "ended":
        trigger = Trigger(channel=session.channel, language=session.language)
        turn.session = blank.fresh(turn.assets, trigger, turn.now, sprint)
        return True
    turn.session = revised(session, status="active", sprint=sprint, shown_since=turn.now, notes=())
    if not session.keep_messages:
        turn.set_timer("wipe", turn.now + limits.WIPE)
    returning.offer_answers(turn)
    return True


def _press(turn: Turn, choice: str) -> None:
    top = turn.session.interruption
    if choice in NAV:
        safety.command(turn, choice)
    elif top is not None:
        interruptions.press(turn, top, choice)
    else:
        answering.press(turn, choice)


def _command(turn: Turn, given: CommandGiven) -> None:
    """Do what a command means. What is written behind it, or is no command at all, is words: they are kept and heard first."""
    if not safety.is_words(given.name, given.argument):
        safety.command(turn, given.name, given.argument)
        return
    _keep(turn, f"/{given.name} {given.argument}".strip(), "words")
    if given.name in safety.ALSO_WITH_WORDS and (given.name == "hide" or not _asks_about_risk(turn)):
        safety.command(turn, given.name)


def _asks_about_risk(turn: Turn) -> bool:
    top = turn.session.interruption
    return top is not None and top.kind == "risk"


def _hear(turn: Turn, said: TextSaid | TextEdited, *, answers: bool) -> None:
    """Take words: the safe word's choice, a single word that works everywhere, a place's name; all else is the report.

    `answers` tells whether the question was before the reporter's eyes, so that a lone "yes" is its answer.
    """
    text = said.text.strip()
    top = turn.session.interruption
    choosing = top is not None and top.kind == "safe_word" and isinstance(said, TextSaid)
    meant = turn.assets.script.commands.get(folded(text)) if isinstance(said, TextSaid) else None
    if not text:
        turn.refuse("empty")
    elif choosing and len(text.split()) == 1 and meant not in {"help", "hide"}:
        safety.choose_safe_word(turn, text)
    elif meant is not None and meant != "help" and not (choosing and meant != "hide"):
        safety.command(turn, meant)
    else:
        _keep(turn, text, "words" if isinstance(said, TextSaid) else "corrected")
        if meant == "help" and not _asks_about_risk(turn):
            safety.command(turn, meant)
        elif answers and isinstance(said, TextSaid) and turn.session.interruption is None:
            _reply(turn, text)


def _reply(turn: Turn, text: str) -> None:
    """Take a lone yes or no for the choice of a question that has both. A yes that says danger is shown its buttons instead."""
    code = turn.assets.script.replies.get(folded(text))
    options = {one.code: one for one in turn.node.options_now(turn.facts())}
    if turn.node.kind != "choose" or code not in options or not {"yes", "no"} <= options.keys():
        return
    if any(effect.name == "danger" for effect in options[code].do):
        turn.note("unknown")
    else:
        answering.press(turn, code)


def _keep(turn: Turn, text: str, note: str) -> None:
    """Keep words, say so once, and listen to them: for risks at any node, for a name at the question about the place."""
    top = turn.session.interruption
    if top is not None and top.kind in {"stopped", "discarded", "danger"}:
        turn.close()
    first = not turn.session.words
    if turn.talks:
        turn.write_message(text)
        risks.listen(turn, text)
        turn.note("message")
        return
    kept = turn.keep_words(text)
    risks.listen(turn, text)
    if not kept:
        turn.note("words_full")
        turn.emit(InputRefused("words_full"))
    elif turn.session.interruption is None and turn.node.kind == "place" and len(text) <= limits.PLACE_TEXT:
        place.listen(turn, text)
    else:
        turn.note(note)
        if first:
            turn.note("words_first")


def _time_out(turn: Turn, name: str) -> Outcome:
    before = turn.session
    if not timing.time_out(turn, name):
        return before, ()
    changes_the_card = name in {"risk", "abandoned"} or (name == "readers" and before.case_is_open)
    return _told(turn, before, shown=name in {"idle", "returned"} or (changes_the_card and turn.session.status == "active"))


def _officer_moved(turn: Turn, state: str) -> Outcome:
    """Say truthfully that the case moved, quietly: only on a card that is open before the reporter's eyes, and not between two people
    who talk, except what concerns their talk."""
    before = turn.session
    if turn.talks and state in {"acknowledged", "taken"}:
        return before, ()
    if state not in _OFFICER_STATES or before.status in {"ended", "hidden"} or not before.case_is_open:
        return before, ()
    others = tuple(note for note in before.notes if not note.startswith("officer_"))
    turn.session = revised(before, notes=(*others, f"officer_{state}"))
    return _told(turn, before, shown=before.status == "active")


def _answer_came(turn: Turn) -> Outcome:
    """Say that there is something to read, and nothing of what it is: before the question, or on the card that tells nothing."""
    before = turn.session
    if before.status == "ended":
        return before, ()
    if before.status == "active":
        returning.offer_answers(turn)
    else:
        turn.session = timing.extended(before, turn.now)
    return _told(turn, before, shown=True)


def _finished(turn: Turn, before: Session) -> Outcome:
    if turn.refused is not None:
        turn.session = before
        return _refused(turn, turn.refused)
    turn.session = timing.touch(turn.session, turn.now) if turn.session.status != "ended" else turn.session
    return _told(turn, before, shown=True)


def _refused(turn: Turn, why: str) -> Outcome:
    silent = revised(turn.session, notes=())
    card = show(turn.assets, silent, turn.circumstances, _REFUSAL_NOTES.get(why))
    return turn.session, (InputRefused(why), CardShown(card))


def _told(turn: Turn, before: Session, *, shown: bool) -> Outcome:
    """End the turn. A card with another question is another sprint, so that buttons of the earlier one are known as old."""
    if _question(turn.session) != _question(before):
        turn.session = revised(turn.session, sprint=turn.session.sprint + 1)
    if shown:
        turn.emit(CardShown(card_of(turn.assets, turn.session, turn.facts())))
    return turn.session, tuple(turn.events)


def _question(session: Session) -> tuple[object, ...]:
    return (session.status, session.node, session.interruptions, session.page, session.region, session.offered)

"""What one officer's message about a case shows: read inside a transaction, worded for that officer.

Laws. The text is `rendering`'s four lines and who moved; the name of whoever moved is read only for officers of the case's teams,
and so are the buttons; an officer of the national team, who is woken for a team that nobody can be woken of, may acknowledge.
An officer who belongs to none of them any more sees that, and nothing new.
"""

from dataclasses import dataclass, field

from handlers.channel import Button, Card
from handlers.directory_in_force import NATIONAL
from handlers.officer import moves, texts
from handlers.officer.news import NEWS
from handlers.officer.rendering import Moved, Standing, Waiting, Wording
from handlers.officer.telegram.buttons import Act, Press, written
from storage.alerts import Alert
from storage.officers import Officer
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message about a case for one officer, and the standing that it shows."""

    card: Card = field(repr=False)
    standing: moves.Standing


def message(tx: Transaction, wording: Wording, alert: Alert, reader: Officer, now: int) -> Message:
    """Word an officer's message about a case as the case now stands."""
    standing = moves.standing(tx, alert.case_id, now)
    belongs = bool(set(reader.team_ids) & {NATIONAL, *standing.team_ids})
    case = tx.cases.get(alert.case_id) if belongs else None  # whoever was shut out learns nothing of what came after
    facts = alert.facts
    waiting = Waiting(
        urgency=case.urgency if case else facts.urgency,
        area=case.area if case else facts.area,
        since=facts.since if alert.kind == NEWS else standing.since,
        designation=facts.designation,
        news=alert.kind == NEWS,
    )
    text = wording.alert(waiting, moved(tx, standing, reader), reader.language, now)
    return Message(card=Card(text=text, rows=_rows(wording, alert, reader, standing)), standing=standing)


def moved(tx: Transaction, standing: moves.Standing, reader: Officer) -> Moved:
    """Say who moved a case, as far as this reader may know it: whoever is woken for another team knows of their own moves."""
    if standing.stand != "waiting" and standing.by != reader.officer_id and not set(reader.team_ids) & set(standing.team_ids):
        return Moved(standing="elsewhere")
    by = None if standing.by is None else tx.officers.name(standing.by)
    stand: Standing = standing.stand
    return Moved(standing=stand, by=by, you=standing.by == reader.officer_id)


def _rows(wording: Wording, alert: Alert, reader: Officer, standing: moves.Standing) -> tuple[tuple[Button, ...], ...]:
    """The moves that are open now: acknowledging while it rings, taking while nobody has it and the reader's team can open it."""
    acts: list[tuple[Act, str]] = []
    if standing.rings and set(reader.team_ids) & {NATIONAL, *standing.team_ids}:
        acts.append(("acknowledge", texts.ACKNOWLEDGE))
    free = standing.stand in ("waiting", "acknowledged") or (standing.stand == "referred" and standing.rings)
    if free and set(reader.team_ids) & set(standing.team_ids):
        acts.append(("take", texts.TAKE))
    buttons = tuple(
        Button(
            label=wording.text(label, reader.language),
            data=written(Press(act=act, case_id=alert.case_id, alert_id=alert.alert_id)),
        )
        for act, label in acts
    )
    return (buttons,) if buttons else ()

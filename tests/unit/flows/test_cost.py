"""What a turn costs: the engine must be lost in the noise beside the database."""

import json
import timeit

from flows import engine
from flows.resumes import ChoicePressed, Circumstances, TextSaid
from flows.session import Session

AT_MOST = 400e-6
"""Seconds for one turn with its session read from and written to JSON. Measured: 60 to 110 µs; the rest is room for a busy machine."""


def test_a_turn_with_its_session_through_json_takes_a_fraction_of_a_millisecond(talk):
    dialogue = talk("en", "no", "me", "a")
    dialogue.say("something that happened")
    stored = json.dumps(dialogue.session.to_json())

    def turns() -> None:
        for resume in (TextSaid("and one thing more"), ChoicePressed("b", dialogue.session.sprint)):
            session = Session.from_json(json.loads(stored))
            session, _ = engine.resume(dialogue.assets, session, resume, Circumstances(), dialogue.now, dialogue.rng)
            json.dumps(session.to_json())

    best = min(timeit.repeat(turns, number=50, repeat=5)) / 100
    assert best < AT_MOST

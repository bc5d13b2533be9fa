"""The question about the place, points on the map, and who must not read."""

import pytest

from flows import limits, yamlfile
from flows.events import AnswerGiven, AnswerSkipped, AreaNamed, InputRefused, MediaRefused, ReadersSettled, WordsKept
from flows.reading import read_script
from flows.resumes import LocationSent
from flows.testing import START, facts
from flows.view import Paragraph, Ref

HERE = ("en", "no", "me", "done", "done")
"""The way to the question about the place."""


def test_a_place_is_named_by_region_and_municipality(talk):
    dialogue = talk(*HERE)
    dialogue.press("region:east")
    assert dialogue.texts[-1] == "Please choose a municipality in {region}."
    assert dialogue.view.paragraphs[-1].values == (("region", Ref("region", "east")),)
    dialogue.press("page:next")
    assert facts(dialogue.press("area:eta")) == [AnswerGiven("place", "eta", START), AreaNamed("eta")]
    assert dialogue.session.node == "readers"
    assert dialogue.view.paragraphs[0] == Paragraph("Somebody from {area}?", (("area", Ref("area", "eta")),))


def test_one_choice_more_than_a_page_holds_takes_the_place_of_the_button_for_more(talk):
    dialogue = talk(*HERE)
    assert dialogue.codes == ["region:east", "region:north", "region:r3", "region:r4", "region:r5", "region:r6"]
    assert facts(dialogue.press("page:next")) == [InputRefused("unknown_choice")]


def test_two_choices_more_than_a_page_holds_fill_a_second_page(talk):
    dialogue = talk(*HERE, "region:east")
    assert dialogue.codes == ["area:alpha", "area:beta", "area:gamma", "area:delta", "area:epsilon", "page:next", "whole"]
    dialogue.press("page:next")
    assert dialogue.codes == ["area:zeta", "area:eta", "page:previous", "whole"]
    dialogue.press("page:previous")
    assert dialogue.codes[:2] == ["area:alpha", "area:beta"]


def test_a_region_alone_is_an_answer(talk):
    dialogue = talk(*HERE, "region:east")
    assert facts(dialogue.press("skip")) == [AnswerGiven("place", "region:east", START)]
    assert dialogue.session.node == "contact"
    other = talk(*HERE, "region:north")
    assert facts(other.press("whole")) == [AnswerGiven("place", "region:north", START)]


def test_back_inside_the_question_about_the_place_goes_to_the_regions(talk):
    dialogue = talk(*HERE, "region:east", "back")
    assert (dialogue.session.node, dialogue.session.region) == ("place", None)
    dialogue.press("back")
    assert dialogue.session.node == "tell"


def test_the_place_may_be_skipped(talk):
    dialogue = talk(*HERE)
    assert facts(dialogue.press("skip")) == [AnswerSkipped("place")]
    assert facts(talk(*HERE).press("whole")) == [InputRefused("unknown_choice")]


def test_a_typed_place_is_confirmed_by_one_tap(talk):
    dialogue = talk(*HERE)
    assert facts(dialogue.say("Beta")) == [WordsKept("Beta", START)]
    assert dialogue.texts[0] == "Thank you. What was written is kept."
    assert dialogue.texts[-2:] == ["Where?", "Is it {area}?"]
    assert dialogue.codes == ["yes", "no"]
    assert facts(dialogue.press("yes")) == [AnswerGiven("place", "beta", START), AreaNamed("beta")]


def test_a_name_that_two_places_have_is_asked_about(talk):
    dialogue = talk(*HERE)
    dialogue.say("mitrovica")
    assert dialogue.codes == ["area:mitrovica_north", "area:mitrovica_south", "none"]
    assert facts(dialogue.press("yes")) == [InputRefused("unknown_choice")]
    dialogue.press("area:mitrovica_south")
    assert dialogue.session.area == "mitrovica_south"


@pytest.mark.parametrize("answer", ["no", "back"])
def test_a_name_that_was_understood_wrongly_is_kept_as_words(talk, answer):
    dialogue = talk(*HERE)
    assert facts(dialogue.say("alp")) == [WordsKept("alp", START)]
    assert facts(dialogue.press(answer)) == []
    assert dialogue.texts[0] == "I do not know this name. What was written is kept."
    assert dialogue.codes[0] == "region:east"


def test_a_second_name_takes_the_place_of_the_first(talk):
    dialogue = talk(*HERE)
    dialogue.say("alp")
    dialogue.say("beta")
    assert dialogue.session.offered == ("beta",)
    dialogue.say("nowhere")
    assert dialogue.session.offered == ()
    assert [said.text for said in dialogue.session.words] == ["alp", "beta", "nowhere"]


def test_an_unknown_name_is_kept_as_words_and_the_list_is_offered_again(talk):
    dialogue = talk(*HERE)
    assert facts(dialogue.say("my village")) == [WordsKept("my village", START)]
    assert dialogue.texts[0] == "I do not know this name. What was written is kept."


def test_a_story_at_the_question_about_the_place_is_a_story(talk):
    dialogue = talk(*HERE)
    story = "beta " + "and then he came home and shouted " * 3
    assert facts(dialogue.say(story)) == [WordsKept(story.strip(), START)]
    assert dialogue.texts[0] == "Thank you. What was written is kept."


def test_who_must_not_read_is_settled_by_an_answer(talk):
    dialogue = talk(*HERE)
    dialogue.say("beta")
    dialogue.press("yes")
    assert dialogue.session.timer("readers") == START + limits.READERS
    assert facts(dialogue.press("yes")) == [AnswerGiven("readers", "yes", START), ReadersSettled(True)]
    assert dialogue.session.timer("readers") is None
    dialogue.press("back")
    assert facts(dialogue.press("skip")) == []
    assert dialogue.session.excluded == "yes"


def test_who_must_not_read_is_settled_by_skipping(talk):
    dialogue = talk(*HERE, "region:east", "area:beta")
    assert facts(dialogue.press("skip")) == [AnswerSkipped("readers"), ReadersSettled(False)]


def test_who_must_not_read_is_settled_by_two_minutes(talk):
    dialogue = talk(*HERE, "region:east", "area:beta")
    assert facts(dialogue.wait(limits.READERS)) == [ReadersSettled(False)]
    assert facts(dialogue.press("yes"))[-1] == ReadersSettled(True)


def test_the_area_may_be_changed_and_is_told_again(talk):
    dialogue = talk(*HERE, "region:east", "area:beta", "no", "back", "back", "region:east")
    assert facts(dialogue.press("area:alpha")) == [AnswerGiven("place", "alpha", START), AreaNamed("alpha")]
    assert (dialogue.session.excluded, dialogue.session.answer("readers")) == ("unknown", None)
    assert dialogue.view.node == "readers"
    assert dialogue.session.timer("readers") == START + limits.READERS
    dialogue.press("back")
    dialogue.press("region:east")
    assert facts(dialogue.press("area:alpha")) == [AnswerGiven("place", "alpha", START)]


def test_another_place_named_on_a_visit_asks_again_who_must_not_read(talk):
    dialogue = talk(*HERE, "region:east", "area:beta", "yes", "none", "move", "region:east")
    assert dialogue.session.excluded == "yes"
    assert facts(dialogue.press("area:alpha")) == [AnswerGiven("place", "alpha", START), AreaNamed("alpha")]
    assert (dialogue.view.node, dialogue.session.excluded) == ("readers", "unknown")
    assert facts(dialogue.press("no"))[1:] == [ReadersSettled(False)]
    assert dialogue.view.node == "review"
    dialogue.press("move")
    dialogue.press("region:east")
    dialogue.press("area:alpha")
    assert (dialogue.view.node, dialogue.session.excluded) == ("review", "no")


def test_a_point_on_the_map_proposes_a_municipality(talk):
    dialogue = talk("en", "no")
    assert facts(dialogue.take(LocationSent(latitude=42.6, longitude=21.1))) == []
    assert dialogue.view.node == "!place"
    assert dialogue.view.paragraphs[1].values == (("area", Ref("area", "beta")),)
    assert facts(dialogue.say("yes there")) == [WordsKept("yes there", START)]
    assert facts(dialogue.press("yes")) == [AnswerGiven("place", "beta", START), AreaNamed("beta")]
    assert dialogue.view.node == "readers"
    dialogue.press("no")
    assert dialogue.view.node == "who"


def test_a_point_at_the_question_about_the_place_answers_it(talk):
    dialogue = talk("en", "no", "me", "done", "done")
    dialogue.take(LocationSent(latitude=42.6, longitude=21.1))
    dialogue.press("yes")
    assert dialogue.view.node == "readers"


def test_a_proposed_municipality_can_be_refused(talk):
    dialogue = talk("en", "no")
    dialogue.take(LocationSent(latitude=42.6, longitude=21.1))
    assert facts(dialogue.press("no")) == []
    assert (dialogue.view.node, dialogue.session.area) == ("who", None)


def test_a_point_outside_every_municipality_is_not_stored(talk):
    dialogue = talk("en", "no")
    assert facts(dialogue.take(LocationSent(latitude=0, longitude=0))) == [MediaRefused("location", "not_accepted")]
    assert "42" not in str(dialogue.session.to_json().get("notes"))


NOWHERE = """
script: nowhere
version: 1
start: a
sending: a
withdrawing: a
nodes:
  a: {say: [Hello], choices: [{code: on, label: On, do: [{area: from_place}]}], do: [{area: from_place}], to: z}
  z: {kind: end, say: [Bye]}
"""
UNRECORDED = NOWHERE.replace("to: z", "to: p") + "  p: {kind: place, say: [Where], do: [{area: from_place}]}\n"


def test_a_point_in_a_script_that_never_asks_for_a_place_names_it(talk):
    dialogue = talk(script=read_script(yamlfile.parse("s", NOWHERE), yamlfile.read("scripts", "everywhere.yaml")))
    dialogue.take(LocationSent(latitude=42.6, longitude=21.1))
    assert facts(dialogue.press("yes")) == [AreaNamed("beta")]
    assert facts(dialogue.press("on")) == []
    assert dialogue.view.node == "z"


def test_a_place_that_leads_nowhere_and_is_not_recorded_is_named_all_the_same(talk):
    dialogue = talk("on", script=read_script(yamlfile.parse("s", UNRECORDED), yamlfile.read("scripts", "everywhere.yaml")))
    dialogue.press("region:east")
    assert facts(dialogue.press("area:beta")) == [AreaNamed("beta")]
    assert dialogue.view.node == "p"


def test_saying_again_who_must_not_read_settles_nothing_anew(talk):
    dialogue = talk(*HERE, "region:east", "area:beta", "yes", "back")
    assert facts(dialogue.press("yes")) == [AnswerGiven("readers", "yes", START)]

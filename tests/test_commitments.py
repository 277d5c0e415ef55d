"""What was learnt from written meetings, on sentences that none of them holds: the parts work as they say they do."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import yaml

from tasks.actions import commitments
from tasks.actions.assignment import owner_features, pair_features
from tasks.actions.commitments import KINDS, packaged
from tasks.actions.detector import packaged as packaged_detector
from tasks.actions.rules import find_by_rules
from tasks.language.tense import is_own_plan
from tasks.meeting.hashed_sum import CELLS, HashedSum, cells_of, grams
from tasks.meeting.line_features import NAME, line_blocks, words_of
from tasks.meeting.lines import lines_of
from tasks.meeting.people import People, is_punctuated, people_of
from tasks.schema import Findings, Notes, Transcript
from tasks.verification.minutes import compose_minutes
from tests.builders import segment, transcript


def talk(*lines: str, language: str = "en") -> Transcript:
    """One segment for each `Speaker: text`, six seconds apart."""
    said = [line.split(": ", 1) for line in lines]
    segments = [
        segment(number, text, 6.0 * number, end_s=6.0 * number + 5, speaker=who, language=language)
        for number, (who, text) in enumerate(said, start=1)
    ]
    return transcript(*segments, speakers={who: who for who, _ in said}, language=language)


def known_people(said: Transcript) -> People:
    return people_of(said, is_punctuated(said.segments))


def found_in(said: Transcript) -> Findings:
    return find_by_rules(said, commitments=packaged())


TYRES = (
    "Ruth: The van failed its test on Tuesday, mostly the tyres.",
    "Ivo: Again? They were new in spring.",
    "Ruth: Well, somebody has to ring the garage about a price. Ivo, that's you, isn't it?",
    "Ivo: Mm, I'll ring them tomorrow morning.",
    "Ruth: Lovely. Did anybody see the match last night?",
    "Pia: We lost, don't ask.",
)


def test_a_task_becomes_one_claim_with_its_owner_and_day():
    [claim] = found_in(talk(*TYRES)).action_items
    assert claim.owner == "Ivo"
    assert claim.due_phrase == "tomorrow morning"
    assert set(claim.segment_ids) & {"S0003", "S0004"}


WRITTEN = sorted((Path(__file__).parent.parent / "benchmarks" / "written_meetings").glob("en-*[13579].yaml"))


def test_what_somebody_says_that_they_will_do_is_theirs():
    own = 0
    for path in WRITTEN:
        said = talk(*(f"{who}: {text}" for who, text in yaml.safe_load(path.read_text(encoding="utf-8"))["talk"]))
        for claim in found_in(said).action_items:
            if claim.owner_guessed and is_own_plan(claim.quote or claim.text, "en"):
                own += 1
                assert claim.owner in {part.speaker for part in said.segments if (claim.quote or claim.text) in part.text}, claim
    assert own >= 10


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("The slides will be prepared by Omar by Thursday.", "en"),
        ("The contract has to be signed by Omar before Friday.", "en"),
        ("The invoices should be checked by Omar by Friday.", "en"),
        ("Bản vẽ sẽ do Omar chuẩn bị trước thứ năm.", "vi"),
        ("Hợp đồng phải được anh Omar ký trước thứ sáu.", "vi"),
    ],
)
def test_by_whom_it_will_be_done_is_the_owner(said, language):
    greetings = ("Dana: Good morning.", "Omar: Good morning.") if language == "en" else ("Dana: Chào anh.", "Omar: Chào chị.")
    assert [claim.owner for claim in found_in(talk(*greetings, f"Dana: {said}", language=language)).action_items] == ["Omar"]


@pytest.mark.parametrize(
    ("text", "language", "own"),
    [
        ("I'd start that in the week of the nineteenth.", "en", True),
        ("I can bring the ladder.", "en", True),
        ("tôi sẽ gửi bản vẽ", "vi", True),
        ("Could I start that next week?", "en", False),
        ("I think Bob should start.", "en", False),
        ("We will start next week.", "en", False),
    ],
)
def test_own_plans_are_told_from_those_of_others(text, language, own):
    assert is_own_plan(text, language) is own


@pytest.mark.parametrize(
    ("asked", "taken", "language"),
    [
        (
            "Somebody has lost the key of the cellar, so the lock must be changed.",
            "Leave that with me, our next meeting is on 9 June.",
            "en",
        ),
        ("Somebody has to ring the garage about the van, Ruth.", "I'll ring them. Our next meeting is on Tuesday.", "en"),
        ("The flyers still have to go to the printer.", "I'll take them, and we meet again on 9 June.", "en"),
        ("Chìa khóa kho bị mất, phải có người thay ổ khóa.", "Để em thay cho. Cuộc họp tới vào ngày 9 tháng 6.", "vi"),
    ],
)
def test_the_day_of_the_next_meeting_is_no_deadline(asked, taken, language):
    findings = found_in(talk(f"Ivo: {asked}", f"Ruth: {taken}", language=language))
    assert [claim.due_phrase for claim in findings.action_items if claim.due_phrase] == []


@pytest.mark.parametrize(
    ("announced", "said", "language"),
    [
        ("Our next meeting is on Tuesday.", "Tuesday is fine with me.", "en"),
        ("We meet again on Friday, then.", "Friday works for me.", "en"),
        ("Our next meeting is on 9 June.", "I can do 9 June.", "en"),
        ("Cuộc họp tới vào thứ ba.", "Dạ thứ ba em rảnh ạ.", "vi"),
    ],
)
def test_who_agrees_to_the_day_of_the_next_meeting_has_nothing_to_do(announced, said, language):
    sure = {kind: dataclasses.replace(model, table=0.0, possible=0.0) for kind, model in packaged().lines.items()}
    everything = dataclasses.replace(packaged(), lines=sure)
    findings = find_by_rules(talk(f"Ivo: {announced}", f"Ruth: {said}", language=language), commitments=everything)
    assert not [claim for claim in findings.action_items if said in claim.quote]


def test_what_is_found_stands_word_for_word_in_its_segments():
    said = talk(*TYRES)
    text = {segment.id: segment.text for segment in said.segments}
    findings = found_in(said)
    claims = [*findings.action_items, *findings.decisions, *findings.possible]
    assert claims
    for claim in claims:
        assert any(claim.quote in text[name] for name in claim.segment_ids)


def test_what_is_only_possible_is_over_the_lower_line():
    models = packaged().lines
    for kind in KINDS:
        assert 0 < models[kind].possible < models[kind].table < 1
    for claim in found_in(talk(*TYRES)).possible:
        assert models["actions" if claim.kind.value == "task" else "decisions"].possible <= claim.score


def test_an_owner_that_cannot_be_proved_is_left_out_and_the_task_stays(monkeypatch):
    monkeypatch.setattr(type(packaged().assignment), "owner_of", lambda *_: "Nobody Known")
    said = talk("Ruth: The gutters are full of leaves.", "Ivo: I'd better climb up there on Saturday and clear them out.")
    minutes = compose_minutes(said, Notes(), found_in(said), "test", "1")
    for item in minutes.action_items:
        assert item.owner != "Nobody Known"
    assert not [one for one in minutes.unverified if "Nobody Known" in one.reason]


def test_other_languages_than_those_learnt_give_nothing():
    said = talk(*TYRES, language="fr")
    for model in packaged().lines.values():
        assert not model.probabilities(lines_of(said.segments), line_blocks(lines_of(said.segments), known_people(said))).any()


def test_names_days_and_figures_count_as_such_and_not_as_words():
    people = known_people(talk("Ruth Berg: Morning.", "Ivo: Morning, Ruth."))
    assert words_of("Ivo, send 12 copies on Friday!", people) == [NAME, ",", "send", "0", "copies", "on", "DAY", "!"]


def test_renaming_everybody_changes_no_probability():
    one = talk(*TYRES)
    other = talk(*(line.replace("Ivo", "Bartholomew").replace("Ruth", "Quentin").replace("Pia", "Zelda") for line in TYRES))
    for model in packaged().lines.values():
        own = [model.alone.score([line_blocks(lines_of(said.segments), known_people(said))[3][0]]) for said in (one, other)]
        assert own[0] == pytest.approx(own[1])


def test_blocks_are_there_for_every_line_and_neighbours_at_the_ends_are_marked():
    said = talk(*["A: First.", "B: Second."] * 4)
    blocks = line_blocks(lines_of(said.segments), known_people(said))
    assert len(blocks) == 8
    assert blocks[0][4] == ["first"]
    assert blocks[7][3] == ["last"]
    assert line_blocks([], known_people(said)) == []


def test_a_talk_of_a_few_lines_has_no_places():
    said = talk("A: First.", "B: Second.")
    first, second = line_blocks(lines_of(said.segments), known_people(said))
    assert (first[4], second[3]) == ([], [])
    assert not any(feature.startswith(("part", "left")) for feature in first[5])


@pytest.mark.parametrize(
    "said",
    [
        "Decision: we rent the small hall.",
        "So it is resolved that the hall is rented out on Sundays.",
        "Quyết định: chúng ta thuê hội trường nhỏ.",
    ],
)
def test_decision_in_the_last_line_of_a_few_is_found_or_possible(said):
    found = found_in(talk("Dana: Good morning everybody.", "Omar: Good morning everybody.", f"Dana: {said}"))
    assert [*found.decisions, *found.possible]


def test_candidates_for_an_owner_are_who_speaks_who_is_named_and_nobody():
    said = talk("Ruth: Ivo, could you?", "Pia: He can.", "Ruth: Good.")
    assert set(owner_features(lines_of(said.segments), [0], known_people(said))) == {"Ruth", "Ivo", "Pia", None}


def test_features_of_a_pair_tell_who_speaks():
    said = talk("Ruth: Ivo, could you?", "Ivo: Yes.", "Ruth: And more?")
    lines, people = lines_of(said.segments), known_people(said)
    assert "sameFalse" in pair_features(lines, 0, 1, people)
    assert "sameTrue" in pair_features(lines, 0, 2, people)


def test_a_hashed_sum_adds_blocks_of_length_one():
    rarity, weights = np.zeros(CELLS, np.float16), np.zeros(CELLS, np.float16)
    [cell] = cells_of(["x"])
    rarity[cell], weights[cell] = 3, 0.5
    learnt = HashedSum(rarity, weights, bias=-1.0)
    assert learnt.score([["x"]]) == pytest.approx(-0.5)
    assert learnt.score([["x"], ["x", "unknown"]]) == pytest.approx(0.0)
    assert learnt.score([["unknown"], []]) == pytest.approx(-1.0)


def test_grams_have_both_ends():
    assert grams(["a", "b"], 2, "p:") == ["p:<", "p:a", "p:b", "p:>", "p:< a", "p:a b", "p:b >"]


def test_weights_are_small_and_hold_no_pickle():
    assert commitments.WEIGHTS.stat().st_size < 5e6
    with np.load(commitments.WEIGHTS, allow_pickle=False) as file:
        assert all(file[name].dtype != object for name in file.files)


def test_the_detector_of_long_meetings_keeps_what_is_possible():
    said = talk(*TYRES, "Pia: Perhaps one of us might look into the insurance at some point.")
    alone = find_by_rules(said, commitments=packaged())
    both = find_by_rules(said, commitments=packaged(), detector=packaged_detector())
    assert set(alone.possible) <= set(both.possible)
    assert both.action_items == alone.action_items

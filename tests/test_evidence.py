"""What counts as proof: lies that must not get through, and truths that must."""

import datetime as dt
import random
import string
import time
import unicodedata
from typing import Any

import pytest
from rapidfuzz import fuzz

from tasks.language.english.words import stem
from tasks.language.words import normalise
from tasks.schema import ActionClaim, Claim, MatchMethod, OwnerSource, Participant, Segment, Sidecar, TopicClaim, Transcript
from tasks.verification.evidence import Checker, Rejected
from tasks.verification.quotes import FUZZY_THRESHOLD
from tests.builders import recording, segment, transcript, words

FRIDAY = dt.date(2026, 3, 6)
PARTICIPANTS = (Participant(name="Helen Hughes", aliases=("Nell",)), Participant(name="Rosa Marín"))
LINES = [
    ("A", "Good morning everyone, this is Helen."),
    ("B", "The fence costs 480 pounds, or 1,250 with the gate."),
    ("B", "I'll call the carpenter tomorrow and confirm the order."),
    ("A", "Omar, could you measure the north side again by Friday?"),
    ("C", "Sure, I can do that soon."),
    ("A", "Maybe twenty percent of us come by car."),
    ("A", "The gate is four hundred and eighty."),
    ("B", "Fine by me, so we will go with cedar for the whole fence."),
    ("C", "The fair moves to the thirteenth of June."),
    ("A", "Doors open at 18:30 and the rate is 3.5 %."),
    ("B", "That sounds right."),
    ("C", "Please send the offer by April 20."),
    ("A", "That was all for today."),
    ("B", "Thank you."),
    ("D", "Tôi sẽ gửi báo cáo trước thứ sáu."),
]
"""S0001 to S0015 of a meeting on Monday 2 March 2026; A is known as Helen."""


def meeting() -> Transcript:
    segments = [segment(number, text, speaker=speaker) for number, (speaker, text) in enumerate(LINES, start=1)]
    segments[14] = segments[14].model_copy(update={"language": "vi"})
    present = recording(sidecar=Sidecar(participants=PARTICIPANTS))
    return transcript(*segments, recording=present, speakers={"A": "Helen"})


CHECKER = Checker(meeting())


def claim(text: str, ids: str, quote: str | None = None) -> Claim:
    return Claim(text=text, segment_ids=tuple(ids.split()), quote=quote)


def action(ids: str, **values: Any) -> ActionClaim:
    return ActionClaim(**({"text": "Do it", "segment_ids": tuple(ids.split())} | values))


def due(ids: str, phrase: str | None, date: dt.date | None) -> ActionClaim:
    return action(ids, due_phrase=phrase, due_date=date)


def named(text: str) -> str:
    return f"'{text}' is neither a speaker nor on the roster nor named in the cited passage"


TRUTHS = {
    "passage without a quote": claim("The fence has a price.", "S0002"),
    "empty quote": claim("The fence has a price.", "S0002", ""),
    "quote word for word": claim("The fence has a price.", "S0002", "The fence costs 480 pounds"),
    "quote over two segments": claim("Somebody calls the carpenter.", "S0002 S0003", "with the gate. I'll call the carpenter"),
    "segments in another order": claim("Somebody calls the carpenter.", "S0003 S0002", "with the gate. I'll call the carpenter"),
    "quote in other letters": claim("The fence has a price.", "S0002", "the fence costs 480 pounds or"),
    "quote with a typographic apostrophe": claim("Somebody calls the carpenter.", "S0003", "I’ll call"),
    "quote with decomposed accents": claim("Báo cáo.", "S0015", unicodedata.normalize("NFD", "gửi báo cáo")),
    "quote with a slip": claim("The fence has a price.", "S0002", "The fense costs 480 pounds"),
    "number of the passage": claim("The fence costs 480.", "S0002"),
    "number with a currency": claim("The fence costs £480.", "S0002"),
    "number next to the passage": claim("The carpenter gets 480 pounds.", "S0003"),
    "number with thousands": claim("The gate costs 1,250 pounds.", "S0002"),
    "number with thousands written plainly": claim("The gate costs 1250 pounds.", "S0002"),
    "number with decimals": claim("The rate is 3.5%.", "S0010"),
    "time of day": claim("Doors open at 18:30.", "S0010"),
    "number spoken as a word": claim("Some 20 percent come by car.", "S0006"),
    "number spoken as words": claim("The gate costs 480.", "S0007"),
    "number in words": claim("Twenty percent come by car.", "S0006"),
    "no owner": action("S0012"),
    "owner by label": action("S0003", owner="B"),
    "owner by name": action("S0004", owner="Helen"),
    "owner in other letters": action("S0004", owner="helen"),
    "owner on the roster": action("S0012", owner="Rosa Marín"),
    "owner by alias": action("S0012", owner="Nell"),
    "owner who was addressed": action("S0004", owner="Omar", owner_source=OwnerSource.ADDRESSED),
    "owner named next to the passage": action("S0005", owner="Omar"),
    "owner who said so": action("S0003", owner="B", owner_source=OwnerSource.SELF_COMMITMENT),
    "due date that follows": due("S0004", "by Friday", FRIDAY),
    "due phrase in other letters": due("S0004", "By friday,", FRIDAY),
    "due phrase next to the passage": due("S0005", "by Friday", FRIDAY),
    "due phrase that names no day": due("S0005", "soon", None),
    "due date in words": due("S0009", "the thirteenth of June", dt.date(2026, 6, 13)),
    "due date in figures": due("S0012", "by April 20", dt.date(2026, 4, 20)),
    "due date in Vietnamese": due("S0015", "trước thứ sáu", FRIDAY),
}

NO_QUOTE = "the quote is not in the cited passage"
LIES = {
    "no passage": (claim("We fire Omar.", ""), "it names no passage of the transcript"),
    "passage that does not exist": (claim("We fire Omar.", "S0099"), "it cites segment S0099, which does not exist"),
    "one passage of two does not exist": (claim("Cedar.", "S0008 S0000"), "it cites segment S0000, which does not exist"),
    "passage of another spelling": (claim("Cedar.", "s8"), "it cites segment s8, which does not exist"),
    "invented quote": (claim("We fire Omar.", "S0008", "we will fire Omar"), NO_QUOTE),
    "quote of another passage": (claim("Cedar.", "S0002", "we will go with cedar"), NO_QUOTE),
    "quote with another word": (claim("Pine.", "S0008", "we will go with pine"), NO_QUOTE),
    "quote that goes on": (claim("Cedar.", "S0008", LINES[7][1] + " And nothing else."), NO_QUOTE),
    "quote of spaces": (claim("Cedar.", "S0008", "   "), NO_QUOTE),
    "quote of dots": (claim("Cedar.", "S0008", "..."), NO_QUOTE),
    "quote with another number": (claim("The fence.", "S0002", "The fence costs 490 pounds, or 1,250"), NO_QUOTE),
    "quote that is negated": (claim("Pine.", "S0008", "so we will not go with cedar for the whole fence"), NO_QUOTE),
    "quote from two ends of the meeting": (claim("Cedar.", "S0003 S0013", "confirm the order. That was all"), NO_QUOTE),
    "invented number": (claim("The fence costs 500.", "S0002"), "the number 500 is not in the cited passage"),
    "part of a number": (claim("The fence costs 48.", "S0002"), "the number 48 is not in the cited passage"),
    "number of another passage": (claim("The order is 480.", "S0012"), "the number 480 is not in the cited passage"),
    "number with another point": (claim("The rate is 35 %.", "S0010"), "the number 35 is not in the cited passage"),
    "one number of two": (claim("From 480 to 520.", "S0002"), "the number 520 is not in the cited passage"),
    "invented number in words": (claim("Fifty percent come by car.", "S0006"), "the number 50 is not in the cited passage"),
    "invented number in a title": (
        TopicClaim(text="The fence has a price.", title="A fence for 900", segment_ids=("S0002",)),
        "the number 900 is not in the cited passage",
    ),
    "invented owner": (action("S0003", owner="Walter"), named("Walter")),
    "owner named far away": (action("S0008", owner="Omar"), named("Omar")),
    "part of a name": (action("S0004", owner="Om"), named("Om")),
    "owner of spaces": (action("S0004", owner=" "), named(" ")),
    "owner is whoever is addressed": (action("S0004", owner="you"), named("you")),
    "owner is whoever speaks": (action("S0005", owner="I"), named("I")),
    "owner is everybody": (action("S0001", owner="everyone"), named("everyone")),
    "owner who did not say so": (
        action("S0003", owner="Helen", owner_source=OwnerSource.SELF_COMMITMENT),
        "'Helen' is not the speaker of the cited passage",
    ),
    "due date that does not follow": (
        due("S0004", "by Friday", dt.date(2026, 3, 13)),
        "'by Friday' means Fri 6 March 2026, not Fri 13 March 2026",
    ),
    "due date counted from today": (
        due("S0003", "tomorrow", dt.date(2027, 1, 1)),
        "'tomorrow' means Tue 3 March 2026, not Fri 1 January 2027",
    ),
    "due date left out": (due("S0004", "by Friday", None), "'by Friday' means Fri 6 March 2026, not no day"),
    "due date of a vague phrase": (due("S0005", "soon", FRIDAY), "'soon' means no certain date, not Fri 6 March 2026"),
    "due date without a phrase": (due("S0004", None, FRIDAY), "the due phrase '' is not in the cited passage"),
    "due phrase not spoken": (
        due("S0004", "by Monday", dt.date(2026, 3, 9)),
        "the due phrase 'by Monday' is not in the cited passage",
    ),
    "due phrase spoken far away": (due("S0008", "by Friday", FRIDAY), "the due phrase 'by Friday' is not in the cited passage"),
    "part of a due phrase": (
        due("S0012", "by April 2", dt.date(2026, 4, 2)),
        "the due phrase 'by April 2' is not in the cited passage",
    ),
    "due phrase of dots": (due("S0012", "...", None), "the due phrase '...' is not in the cited passage"),
}


@pytest.mark.parametrize("truth", TRUTHS.values(), ids=TRUTHS)
def test_true_claim_is_proved(truth):
    evidence = CHECKER.prove(truth)
    assert evidence.verified
    assert set(evidence.segment_ids) == set(truth.segment_ids)


@pytest.mark.parametrize(("lie", "reason"), LIES.values(), ids=LIES)
def test_lie_is_rejected_with_the_reason(lie, reason):
    with pytest.raises(Rejected) as caught:
        CHECKER.prove(lie)
    assert str(caught.value) == reason


# How the quote was found


@pytest.mark.parametrize(
    ("quote", "method"),
    [
        (None, MatchMethod.EXACT),
        ("The fence costs 480 pounds", MatchMethod.EXACT),
        ("the fence costs 480 pounds", MatchMethod.NORMALISED),
        ("The fence: costs 480 -- pounds!", MatchMethod.NORMALISED),
        ("The fense costs 480 pounds", MatchMethod.FUZZY),
    ],
)
def test_evidence_says_how_the_quote_was_found(quote, method):
    assert CHECKER.prove(claim("The fence.", "S0002", quote)).method is method


def test_evidence_without_a_quote_is_the_whole_passage():
    evidence = CHECKER.prove(claim("Somebody calls the carpenter.", "S0002 S0003"))
    assert evidence.quote == f"{LINES[1][1]} {LINES[2][1]}"


def test_quote_with_a_slip_is_shown_as_it_was_spoken():
    evidence = CHECKER.prove(claim("The fence.", "S0002", "The fense costs 480 pounds"))
    assert evidence.quote.rstrip(",") == "The fence costs 480 pounds"


HUNDRED_LETTERS = "".join(random.Random(1).choices(string.ascii_lowercase, k=100))


@pytest.mark.parametrize(
    ("letters", "found"), [(0, MatchMethod.EXACT), (1, MatchMethod.FUZZY), (9, MatchMethod.FUZZY), (11, None)]
)
def test_quote_may_differ_up_to_the_stated_threshold(letters, found):
    quote = HUNDRED_LETTERS[:40] + "ж" * letters + HUNDRED_LETTERS[40 + letters :]
    assert (fuzz.partial_ratio(quote, HUNDRED_LETTERS) >= FUZZY_THRESHOLD) is (found is not None)
    checker = Checker(transcript(segment(1, f"{HUNDRED_LETTERS} and on")))
    assert method_or_none(checker, claim("Letters.", "S0001", quote)) is found


def method_or_none(checker: Checker, said: Claim) -> MatchMethod | None:
    try:
        return checker.prove(said).method
    except Rejected:
        return None


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_normalising_keeps_words_accents_and_apostrophes(form):
    text = unicodedata.normalize(form, "  Don't — STOP, Thứ sáu!\n")
    assert normalise(text) == "don't stop thứ sáu"


# Who said it, and when


def timed(number: int, text: str, speaker: str = "A") -> Segment:
    """A segment of half-second words, ten seconds after the one before."""
    start_s = 10.0 * (number - 1)
    spoken = words(text, start_s)
    return segment(number, text, start_s=start_s, end_s=spoken[-1].end_s, words=spoken, speaker=speaker)


TIMED = Checker(
    transcript(
        timed(1, "We need a fence, so who calls?"),
        timed(2, "I will call the carpenter today.", speaker="B"),
        timed(3, "Good, we go with cedar."),
        speakers={"A": "Helen", "B": "Omar"},
    )
)


def place(ids: str, quote: str | None = None) -> tuple[float, float]:
    evidence = TIMED.prove(claim("Cedar.", ids, quote))
    return evidence.start_s, evidence.end_s


@pytest.mark.parametrize(
    ("ids", "quote", "expected"),
    [
        pytest.param("S0002", "call the carpenter", (11.0, 12.5), id="inside"),
        pytest.param("S0002", "I will call the carpenter today.", (10.0, 13.0), id="all"),
        pytest.param("S0002", "CALL, the carpenter!", (11.0, 12.5), id="in other letters"),
        pytest.param("S0001 S0002", "who calls? I will", (0.0, 3.5), id="over two speakers"),
        pytest.param("S0001 S0002", "call the carpenter", (11.0, 12.5), id="in the second segment"),
        pytest.param("S0002", None, (10.0, 13.0), id="no quote"),
    ],
)
def test_quote_is_located_to_the_word(ids, quote, expected):
    assert place(ids, quote) == expected


def test_quote_with_a_slip_is_located_to_the_word():
    assert place("S0002", "will call the carpentr today") == (10.5, 13.0)


def test_quote_is_located_to_its_segment_where_words_have_no_times():
    evidence = CHECKER.prove(claim("Cedar.", "S0008 S0009", "we will go with cedar"))
    assert (evidence.start_s, evidence.end_s) == (70.0, 75.0)


def test_evidence_spans_its_segments_when_nothing_is_quoted():
    evidence = CHECKER.prove(claim("Cedar.", "S0009 S0008"))
    assert (evidence.start_s, evidence.end_s) == (70.0, 85.0)


@pytest.mark.parametrize(
    ("quote", "speaker"),
    [("who calls?", "Helen"), ("I will call the carpenter", "Omar"), (None, "Omar")],
)
def test_quote_is_given_to_the_person_who_said_it(quote, speaker):
    assert TIMED.prove(claim("Call.", "S0001 S0002", quote)).speaker == speaker


def test_speaker_without_a_name_keeps_the_label():
    assert CHECKER.prove(claim("Cedar.", "S0008")).speaker == "B"


def test_passage_of_an_unknown_speaker_has_none():
    assert Checker(transcript(segment(1))).prove(claim("Friday.", "S0001")).speaker is None


def test_segment_named_twice_counts_once():
    evidence = CHECKER.prove(claim("Cedar.", "S0009 S0008 S0009"))
    assert (evidence.segment_ids, evidence.quote) == (("S0008", "S0009"), LINES[7][1])


@pytest.mark.parametrize(
    ("quote", "shown", "speaker"),
    [
        ("so who calls? I will", "We need a fence, so who calls?", "Helen"),
        ("calls? I will call the carpenter today.", "I will call the carpenter today.", "Omar"),
        ("calls i will call a carpenter today", "I will call the carpenter today.", "Omar"),
        (None, "I will call the carpenter today. Good, we go with cedar.", "Omar"),
    ],
)
def test_quote_over_a_change_of_speaker_is_shown_in_the_words_of_one(quote, shown, speaker):
    meeting = Checker(
        transcript(
            timed(1, "We need a fence, so who calls?"),
            timed(2, "I will call the carpenter today.", speaker="B"),
            timed(3, "Good, we go with cedar.", speaker="B"),
            speakers={"A": "Helen", "B": "Omar"},
        )
    )
    evidence = meeting.prove(claim("Call.", "S0001 S0002 S0003", quote))
    assert (evidence.quote, evidence.speaker) == (shown, speaker)
    assert evidence.start_s < evidence.end_s


# Names, dates and words of the text


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Omar measures the north side.", "S0005"),
        ("Helen asks Omar to measure again.", "S0004"),
        ("Nell asks for another measurement by Friday.", "S0004"),
        ("The measurement is due on 2026-03-06.", "S0004"),
        ("The measurement is due on 6 March.", "S0004"),
        ("The carpenter is called on Tuesday.", "S0003"),
        ("The fair moves to June 13.", "S0009"),
        ("Hội chợ dời sang ngày 13 tháng 6.", "S0009"),
        ("The report is sent before Friday.", "S0015"),
        ("The Project Manager confirms the order.", "S0003"),
    ],
)
def test_name_or_date_that_follows_from_the_passage_is_true(text, ids):
    assert CHECKER.prove(claim(text, ids)).verified


@pytest.mark.parametrize(
    ("text", "ids", "reason"),
    [
        ("Omar measures with Siobhan.", "S0004", "the name 'Siobhan' is not in the cited passage and nobody there bears it"),
        ("Omar thanks for the cedar fence.", "S0008", "the name 'Omar' is not in the cited passage and nobody there bears it"),
        ("The fair moves to July.", "S0009", "the date 'July' does not follow from the cited passage"),
        ("The fair moves to June 14.", "S0009", "the date 'June 14' does not follow from the cited passage"),
        ("The measurement is due on Monday.", "S0004", "the date 'Monday' does not follow from the cited passage"),
        ("The measurement is due on 2026-03-09.", "S0004", "the date '2026-03-09' does not follow from the cited passage"),
        ("The carpenter is called next month.", "S0003", "the date 'next month' does not follow from the cited passage"),
        ("Hội chợ dời sang tháng bảy.", "S0009", "the date 'tháng bảy' does not follow from the cited passage"),
        ("The whole fence is not made of cedar.", "S0008", "the cited passage says the opposite"),
    ],
)
def test_name_or_date_that_was_not_said_and_the_opposite_are_rejected(text, ids, reason):
    assert reason_of(CHECKER, claim(text, ids)) == reason


def reason_of(checker: Checker, said: Claim) -> str | None:
    try:
        checker.prove(said)
    except Rejected as reason:
        return str(reason)
    return None


def test_true_quote_does_not_carry_an_unrelated_statement():
    said = claim("The roof gets solar panels.", "S0008", "we will go with cedar")
    assert reason_of(CHECKER, said) == "no word of it was said in or near the cited passage"


def test_words_are_not_compared_across_languages():
    assert CHECKER.prove(claim("Hàng rào làm bằng gỗ tuyết tùng.", "S0008", "we will go with cedar")).verified


@pytest.mark.parametrize("quote", ["so", "so we", "we"])
def test_quote_without_a_word_of_its_own_needs_a_passage_that_proves_the_claim(quote):
    assert CHECKER.prove(claim("The whole fence is made of cedar.", "S0008", quote)).verified
    unproved = claim("The whole committee meets upstairs.", "S0008", quote)
    assert reason_of(CHECKER, unproved) == f"the quote '{quote}' is too little to prove it"


def test_owner_is_not_somebody_else_than_who_takes_it_on():
    assert reason_of(CHECKER, action("S0003", owner="Helen")) == "the cited passage gives the task to somebody else than 'Helen'"


@pytest.mark.parametrize(("first", "second"), [("colour", "colors"), ("organised", "organizing"), ("decide", "decided")])
def test_forms_of_a_word_are_one(first, second):
    assert stem(first) == stem(second)


# Hostile claims


@pytest.mark.parametrize(
    "text",
    [
        "(.*)+$ [a-z",
        "\\",
        "((((((((((" * 1000,
        "Aa " * 33_000,
        "9" * 100_000,
        "1," * 50_000,
        "million " * 12_000,
        "\x00\ufffd",
        "🙂" * 9,
    ],
    ids=["pattern", "backslash", "brackets", "capitals", "digits", "commas", "scales", "controls", "emoji"],
)
def test_hostile_text_gets_a_verdict_at_once(text):
    started = time.process_time()
    for said in (claim(text, "S0008"), claim("Cedar.", "S0008", text), action("S0008", owner=text), due("S0008", text, None)):
        method_or_none(CHECKER, said)
    assert time.process_time() - started < 2


def test_id_repeated_many_times_counts_once():
    said = Claim(text="Cedar.", segment_ids=("S0008",) * 10_000)
    assert CHECKER.prove(said).segment_ids == ("S0008",)

"""Words, turns and holes become one transcript."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.diarization.assemble import assemble_transcript, measure_coverage, with_speakers
from tasks.schema import Diarization, Notice, NoticeKind, Recognition, Sidecar, SplitAudio, Turn
from tests.builders import engine, interval, recording, region, segment, span, word, words


def turn(speaker: str, start_s: float, end_s: float, channel: int | None = None) -> Turn:
    return Turn(speaker=speaker, start_s=start_s, end_s=end_s, channel=channel)


def spoken(number: int, text: str, start_s: float, **changes):
    """A segment of words, half a second each."""
    heard = words(text, start_s)
    return segment(number, text, start_s=start_s, end_s=heard[-1].end_s, words=heard, **changes)


def audio(duration_s: float, *speech, undecodable=(), notices=()) -> SplitAudio:
    return SplitAudio(duration_s=duration_s, spans=(span(0, 0, duration_s, *speech),), undecodable=undecodable, notices=notices)


def recognition(*segments, **changes) -> Recognition:
    return Recognition(segments=segments, engine=engine(), **changes)


def who_said_what(segments) -> list[tuple[str | None, str]]:
    return [(segment.speaker, segment.text) for segment in segments]


def test_segment_is_cut_where_the_speaker_changes():
    turns = [turn("Speaker 1", 0, 1), turn("Speaker 2", 1, 2)]
    cut = with_speakers([spoken(1, "good morning hello everyone", 0)], turns)
    assert who_said_what(cut) == [("Speaker 1", "Good morning"), ("Speaker 2", "Hello everyone")]
    assert [(part.start_s, part.end_s) for part in cut] == [(0, 1), (1, 2)]


def test_question_of_one_and_answer_of_another_are_two_segments_also_when_nobody_pauses():
    heard = spoken(1, "And when do we know if the parts are good? I will test them in two weeks.", 0)
    turns = [turn("Speaker 1", 0, 4.8), turn("Speaker 2", 4.8, 9)]
    assert who_said_what(with_speakers([heard], turns)) == [
        ("Speaker 1", "And when do we know if the parts are good?"),
        ("Speaker 2", "I will test them in two weeks."),
    ]


@pytest.mark.parametrize("change_s", [1.8, 2.0, 2.3])
def test_sentence_keeps_its_first_and_last_word_where_a_turn_ends_a_little_late_or_early(change_s):
    heard = spoken(1, "we pay five hundred. I'll call the carpenter.", 0)
    turns = [turn("Speaker 1", 0, change_s), turn("Speaker 2", change_s, 9)]
    assert who_said_what(with_speakers([heard], turns)) == [
        ("Speaker 1", "We pay five hundred."),
        ("Speaker 2", "I'll call the carpenter."),
    ]


def test_first_word_behind_a_pause_goes_with_its_sentence():
    segments = [spoken(1, "we pay five hundred", 0), spoken(2, "I'll call the carpenter", 3)]
    cut = with_speakers(segments, [turn("Speaker 1", 0, 3.4), turn("Speaker 2", 3.4, 9)])
    assert who_said_what(cut) == [("Speaker 1", "We pay five hundred"), ("Speaker 2", "I'll call the carpenter")]


def test_short_word_of_a_third_person_stays_hers():
    turns = [turn("Speaker 1", 0, 2), turn("Speaker 3", 2, 2.5), turn("Speaker 2", 2.5, 9)]
    assert who_said_what(with_speakers([spoken(1, "we pay five hundred. Good then I call", 0)], turns)) == [
        ("Speaker 1", "We pay five hundred."),
        ("Speaker 3", "Good"),
        ("Speaker 2", "Then I call"),
    ]


def test_segments_are_numbered_anew_after_a_cut():
    turns = [turn("Speaker 1", 0, 1), turn("Speaker 2", 1, 20)]
    cut = with_speakers([spoken(1, "one two three", 0), segment(2, start_s=10)], turns)
    assert [part.id for part in cut] == ["S0001", "S0002", "S0003"]


def test_word_across_a_change_goes_to_who_holds_most_of_it():
    turns = [turn("Speaker 1", 0, 0.7), turn("Speaker 2", 0.7, 2)]
    assert who_said_what(with_speakers([spoken(1, "one two three", 0)], turns)) == [
        ("Speaker 1", "One"),
        ("Speaker 2", "Two three"),
    ]


def test_turns_of_one_speaker_count_together():
    turns = [turn("Speaker 1", 0, 2), turn("Speaker 2", 2, 5), turn("Speaker 1", 5, 7)]
    assert with_speakers([segment(1, start_s=0, end_s=7)], turns)[0].speaker == "Speaker 1"


def test_words_go_to_a_speaker_of_their_own_channel():
    turns = [turn("Channel 1", 0, 10, 1), turn("Channel 2", 0, 10, 2)]
    segments = [spoken(1, "hello", 1, channel=2), spoken(2, "good morning", 1, channel=1), segment(3, start_s=4, channel=2)]
    assert [part.speaker for part in with_speakers(segments, turns)] == ["Channel 2", "Channel 1", "Channel 2"]


def test_parts_of_overlapping_segments_are_in_order_of_time():
    turns = [turn("Speaker 1", 0, 2, 1), turn("Speaker 3", 2, 4, 1), turn("Speaker 2", 0, 4, 2)]
    segments = [spoken(1, "a b c d e f", 0, channel=1), spoken(2, "x", 1, channel=2)]
    cut = with_speakers(segments, turns)
    assert [(part.id, part.text, part.channel) for part in cut] == [
        ("S0001", "A b c d", 1),
        ("S0002", "X", 2),
        ("S0003", "E f", 1),
    ]


def test_segment_without_words_stays_whole():
    turns = [turn("Speaker 1", 0, 2), turn("Speaker 2", 2, 5)]
    (whole,) = with_speakers([segment(1, "Good morning.", start_s=0)], turns)
    assert (whole.speaker, whole.text, whole.start_s, whole.end_s) == ("Speaker 2", "Good morning.", 0, 5)


@pytest.mark.parametrize("turns", [[], [turn("Speaker 1", 50, 60)], [turn("Speaker 1", 5, 5)]])
def test_nobody_speaks_where_there_is_no_turn(turns):
    segments = [spoken(1, "one two", 0), segment(2, start_s=10)]
    assert [part.speaker for part in with_speakers(segments, turns)] == [None, None]


def test_segments_without_turns_are_otherwise_unchanged():
    segments = [spoken(1, "One two", 0), segment(2, start_s=10)]
    assert with_speakers(segments, []) == segments


def test_what_the_engine_says_of_a_segment_survives():
    (kept,) = with_speakers([spoken(1, "One two", 0, confidence=0.4, flags=("unclear",))], [turn("Speaker 1", 0, 9)])
    assert (kept.confidence, kept.flags) == (0.4, ("unclear",))


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12), st.sampled_from("ABC")), max_size=8))
def test_no_word_is_lost_or_moved_whoever_speaks(parts):
    turns = [turn(name, start, start + length) for start, length, name in sorted(parts)]
    segments = [spoken(1, "a b c d e f g h", 0), spoken(2, "i j k l", 6)]
    cut = with_speakers(segments, turns)
    plain = {"overlap": False, "speakers": ()}
    assert [item.model_copy(update=plain) for part in cut for item in part.words] == [
        item for part in segments for item in part.words
    ]
    assert [part.id for part in cut] == [f"S{number:04d}" for number in range(1, len(cut) + 1)]


def test_every_second_is_speech_or_silence():
    coverage = measure_coverage(audio(10, region(1, 4), region(5, 9.5)), recognition(segment(1)), 1)
    assert (coverage.duration_ms, coverage.transcribed_ms, coverage.silence_ms) == (10_000, 7500, 2500)
    assert coverage.segments == 1


def test_overlapping_holes_are_counted_once():
    heard = recognition(failed=(interval(2, 6),), filtered=(interval(1, 3),))
    coverage = measure_coverage(audio(10, region(0, 8), undecodable=(interval(5, 7),)), heard, 0)
    assert (coverage.filtered_ms, coverage.failed_ms, coverage.undecodable_ms) == (1000, 3000, 2000)
    assert (coverage.transcribed_ms, coverage.silence_ms) == (2000, 2000)


def test_holes_are_located():
    holes = {"undecodable": (interval(5, 7),), "failed": (interval(1, 2),)}
    coverage = measure_coverage(audio(10, undecodable=holes["undecodable"]), recognition(failed=holes["failed"]), 0)
    assert (coverage.undecodable, coverage.failed) == (holes["undecodable"], holes["failed"])


def test_interval_beyond_the_end_does_not_lengthen_the_recording():
    coverage = measure_coverage(audio(3), recognition(failed=(interval(2, 5), interval(7, 9))), 0)
    assert (coverage.duration_ms, coverage.failed_ms, coverage.silence_ms) == (3000, 1000, 2000)


def test_recording_of_no_length_is_covered():
    nothing = SplitAudio(duration_s=0, spans=())
    assert measure_coverage(nothing, recognition(), 0).duration_ms == 0


INTERVALS = st.lists(
    st.tuples(st.integers(0, 90), st.integers(0, 90)).map(lambda pair: interval(min(pair) / 1000, max(pair) / 1000)), max_size=5
)


@given(INTERVALS, INTERVALS, INTERVALS, INTERVALS)
def test_coverage_agrees_with_a_millisecond_by_millisecond_count(speech, filtered, failed, undecodable):
    heard = recognition(failed=tuple(failed), filtered=tuple(filtered))
    coverage = measure_coverage(
        audio(0.08, *(region(part.start_s, part.end_s) for part in speech), undecodable=tuple(undecodable)), heard, 0
    )

    def covered(intervals) -> set[int]:
        return {ms for part in intervals for ms in range(round(part.start_s * 1000), round(part.end_s * 1000)) if ms < 80}

    lost, gone, out, said = covered(undecodable), covered(failed), covered(filtered), covered(speech)
    assert coverage.undecodable_ms == len(lost)
    assert coverage.failed_ms == len(gone - lost)
    assert coverage.filtered_ms == len(out - gone - lost)
    assert coverage.transcribed_ms == len(said - out - gone - lost)


def test_what_could_not_be_made_out_counts_neither_as_a_segment_nor_as_words():
    mark = segment(2, "[unclear 00:00:10-00:00:15]", flags=("unclear", "loop"))
    heard = recognition(segment(1), mark, filtered=(interval(10, 15),), filters={"loop": 1})
    made = assemble_transcript(recording(), audio(20, region(0, 5), region(10, 15)), heard, Diarization())
    assert (made.coverage.segments, made.coverage.filtered_ms, made.coverage.transcribed_ms) == (1, 5000, 5000)
    assert (made.coverage.filtered, made.coverage.filters) == ((interval(10, 15),), {"loop": 1})
    assert [part.id for part in made.segments] == ["S0001", "S0002"]
    assert [part.id for part in made.spoken.segments] == ["S0001"]


def test_transcript_names_speakers_who_introduce_themselves():
    turns = (turn("Speaker 1", 0, 3),)
    transcript = assemble_transcript(
        recording(),
        audio(10),
        recognition(spoken(1, "my name is helen", 0)),
        Diarization(turns=turns, engine=engine("diarization")),
    )
    assert (transcript.speakers, transcript.turns) == ({"Speaker 1": "Helen"}, turns)
    assert [item.stage for item in transcript.engines] == ["transcription", "diarization"]


def test_transcript_carries_every_notice_in_the_order_of_the_stages():
    first, second, third, fourth = (Notice(kind=NoticeKind.INFO, stage=stage, message="x") for stage in "abcd")
    transcript = assemble_transcript(
        recording(notices=(first,)),
        audio(10, notices=(second,)),
        recognition(notices=(third,)),
        Diarization(notices=(fourth,)),
    )
    assert transcript.notices == (first, second, third, fourth)


@pytest.mark.parametrize(
    ("languages", "sidecar", "language"),
    [(["en", "vi", "vi"], None, "vi"), ([], "vi", "vi"), ([], None, "und"), (["en"], "vi", "en")],
)
def test_language_is_the_one_spoken_most(languages, sidecar, language):
    segments = [segment(number, language=code) for number, code in enumerate(languages, start=1)]
    source = recording(sidecar=Sidecar(language=sidecar))
    assert assemble_transcript(source, audio(60), recognition(*segments), Diarization()).language == language


def test_word_beside_a_turn_is_of_it():
    heard = segment(1, start_s=0, end_s=1, words=(word("one", 0, 1),))
    assert with_speakers([heard], [turn("Speaker 2", 1, 2)])[0].speaker == "Speaker 2"


def test_word_between_two_turns_goes_to_the_nearer_one():
    heard = segment(1, start_s=1.2, end_s=1.5, words=(word("one", 1.2, 1.5),))
    assert with_speakers([heard], [turn("Speaker 1", 0, 1), turn("Speaker 2", 1.6, 2)])[0].speaker == "Speaker 2"


def test_word_further_from_a_turn_is_nobodys():
    heard = segment(1, start_s=0, end_s=1, words=(word("one", 0, 1),))
    assert with_speakers([heard], [turn("Speaker 2", 1.4, 2)])[0].speaker is None


def test_words_of_an_unknown_speaker_have_none():
    turns = [turn("Speaker 1", 0, 1), turn("Unknown speaker", 1, 2)]
    cut = with_speakers([spoken(1, "good morning hello everyone", 0)], turns)
    assert who_said_what(cut) == [("Speaker 1", "Good morning"), (None, "Hello everyone")]


def test_overlapped_words_have_the_labels_of_both_and_none_is_lost():
    turns = [turn("Speaker 1", 0, 2), turn("Speaker 2", 1, 4)]
    cut = with_speakers([spoken(1, "one two three four five six", 0)], turns)
    assert [(part.speaker, part.text, part.overlap) for part in cut] == [
        ("Speaker 1", "One two three four", True),
        ("Speaker 2", "Five six", False),
    ]
    assert [(said.text, said.overlap, said.speakers) for part in cut for said in part.words][1:4] == [
        ("two", False, ()),
        ("three", True, ("Speaker 1", "Speaker 2")),
        ("four", True, ("Speaker 1", "Speaker 2")),
    ]


def test_turn_in_another_channel_overlaps_nothing():
    turns = [turn("Channel 1", 0, 2, channel=1), turn("Channel 2", 0, 2, channel=2)]
    (part,) = with_speakers([spoken(1, "one two", 0, channel=1)], turns)
    assert (part.speaker, part.overlap, part.words[0].speakers) == ("Channel 1", False, ())


def test_transcript_of_before_overlaps_loads():
    heard = spoken(1, "one two", 0)
    old = heard.model_dump(exclude={"overlap": True, "words": {"__all__": {"overlap", "speakers"}}})
    assert type(heard).model_validate(old) == heard

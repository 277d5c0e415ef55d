"""What the guards make of an engine's words, on sounds made for it and on the sample meetings."""

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.audio.decode import SAMPLE_RATE, Decoder, Samples
from tasks.transcription.guards.verdicts import GuardOptions, Verdict, believed, judge, removable, too_much_removed
from tasks.transcription.recognizer import WindowResult
from tests.builders import SAMPLE_SPEECH, silence, word
from tests.guard_cases import Case, background, cases, pcm, spread

OPTIONS = GuardOptions()
INVENTED = [
    ("en", "Thank you."),
    ("en", "Thanks for watching!"),
    ("en", "you"),
    ("en", "Okay. Okay. Okay. Okay. Okay. Okay."),
    ("en", "I'm going to go to the " * 12),
    ("en", "We will meet again on Friday at ten."),
    ("en", "The first question today is the old fence, and then we talk about the money that we need for it."),
    ("vi", "Cảm ơn các bạn đã theo dõi và hẹn gặp lại."),
    ("vi", "Hãy subscribe cho kênh Ghiền Mì Gõ Để không bỏ lỡ những video hấp dẫn"),
    ("vi", "Chúng ta bắt đầu họp nhé."),
    ("de", "Untertitel der Amara.org-Community"),
    ("ja", "ご視聴ありがとうございました"),
    ("ru", "Продолжение следует..."),
    ("en", "♪♪"),
]
KINDS = ["silence", "noise", "brown", "hum", "tone", "music"]
LEVELS_DB = [-70, -60, -50, -40, -30, -20]


def left(verdict: Verdict) -> str:
    return " ".join(item.text for item in believed(verdict))


def judged(
    text: str, samples: Samples, speech: tuple = (), language: str = "en", times: tuple[float, float] | None = None
) -> Verdict:
    start_s, end_s = times or (0.0, samples.size / SAMPLE_RATE)
    return judge(WindowResult(words=tuple(spread(text, start_s, end_s)), language=language), samples, speech, OPTIONS)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.about)
def test_case(case: Case):
    verdict = judge(case.heard, case.samples, case.speech, OPTIONS)
    assert set(case.flags) <= set(verdict.flags)
    assert bool(case.flags) == bool(verdict.flags)
    assert case.left in (None, left(verdict))


def test_no_invented_text_survives_where_nobody_speaks():
    survivors, clips = [], 0
    for seed in range(6):
        for kind in KINDS:
            for level_db in LEVELS_DB:
                clips += 1
                seconds = (2.0, 5.0, 9.0)[seed % 3]
                language, text = INVENTED[clips % len(INVENTED)]
                verdict = judged(text, pcm(background(kind, seconds, level_db, clips)), (), language)
                if left(verdict):
                    survivors.append((kind, level_db, text))
    assert clips >= 200
    assert survivors == []


@pytest.mark.parametrize("kind", ["silence", "noise", "hum", "tone"])
@pytest.mark.parametrize("language_text", INVENTED, ids=lambda pair: pair[1][:20])
def test_steady_sound_that_the_voice_detector_takes_for_speech_leaves_nothing_either(kind: str, language_text: tuple[str, str]):
    language, text = language_text
    verdict = judged(text, pcm(background(kind, 8.0, -35)), ((0.0, 8.0),), language)
    assert left(verdict) == ""


@pytest.fixture(scope="module")
def meetings() -> list[tuple[dict, Samples]]:
    """The sample meetings, mixed to one channel, with what was said in them."""
    loaded = []
    for path in sorted(SAMPLE_SPEECH.parent.glob("*.truth.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        samples = np.concatenate(list(Decoder(path.parent / truth["recording"])), axis=1)
        loaded.append((truth, samples.astype(np.int32).mean(axis=0).astype(np.int16)))
    return loaded


def windows(truth: dict, samples: Samples, noise: np.ndarray | None = None):
    """Turns in windows of up to 30 s, as (words, samples, speech)."""
    turns = truth["turns"]
    while turns:
        start_s = max(0.0, turns[0]["start_s"] - 0.2)
        inside = [turn for turn in turns if turn["end_s"] - start_s <= 29.5]
        end_s = max(turn["end_s"] for turn in inside) + 0.2
        speech = tuple((turn["start_s"] - start_s, turn["end_s"] - start_s) for turn in inside)
        words = [
            item for turn, (a, b) in zip(inside, speech, strict=True) for item in spread(turn["text"], a, b, truth["language"])
        ]
        yield words, samples[round(start_s * SAMPLE_RATE) : round(end_s * SAMPLE_RATE)], speech
        turns = turns[len(inside) :]


@pytest.mark.parametrize("snr_db", [None, 10, 5])
def test_what_is_really_said_in_the_sample_meetings_raises_no_flag(meetings, snr_db: int | None):
    flags = []
    for truth, samples in meetings:
        for words, window, speech in windows(truth, samples):
            if snr_db is not None:
                level_db = 20 * np.log10(np.sqrt(np.mean(np.square(window / 32768.0)))) - snr_db
                window = pcm(window / 32768.0 + background("noise", window.size / SAMPLE_RATE, level_db)[: window.size])  # noqa: PLW2901
            flags += judge(WindowResult(words=tuple(words), language=truth["language"]), window, speech, OPTIONS).flags
    assert flags == []


@pytest.mark.parametrize(
    "phrase", ["I am going to go to the", "I know. You know.", "yeah", "tôi không biết", "So we have decided this."]
)
def test_loops_written_over_real_speech_are_found(meetings, phrase: str):
    for truth, samples in meetings:
        for _, window, speech in windows(truth, samples):
            times = max(4, round(window.size / SAMPLE_RATE * 4.5 / (1.3 * len(phrase.split()))))
            assert "loop" in judged(f"{phrase} " * times, window, speech).flags


words = st.lists(
    st.builds(
        lambda text, start, length: word(text, start, start + length),
        st.sampled_from("no yes Thank you. xanh hahahahahaha и так 我们 ♪ 12 the, fence?".split()),
        st.floats(0, 12),
        st.floats(0, 4),
    ),
    max_size=40,
)
sounds = st.sampled_from(
    [silence(6), pcm(background("noise", 6, -30)), pcm(background("music", 6, -20)), silence(0.001), silence(0)]
)
regions = st.lists(st.tuples(st.floats(0, 3), st.floats(3, 7)), max_size=2)


@settings(max_examples=150)
@given(words, sounds, regions, st.sampled_from(["en", "vi", "zh", "ru"]), st.none() | st.floats(0, 1))
def test_words_stay_the_same_come_in_order_inside_the_window_and_a_second_look_changes_nothing(
    said, samples, speech, language, belief
):
    heard = WindowResult(words=tuple(said), language=language, no_speech=belief)
    verdict = judge(heard, samples, speech, OPTIONS)
    result = verdict.heard.words
    assert [item.text for item in result] == [item.text for item in said]
    assert all(item.start_s <= item.end_s for item in result)
    assert all(before.end_s <= after.start_s for before, after in pairwise(result))
    assert all(item.end_s <= samples.size / SAMPLE_RATE for item in result)
    assert set(believed(verdict)) <= set(result)
    assert all(0 <= first <= last <= len(result) for _, first, last in verdict.doubts)
    assert judge(verdict.heard, samples, speech, OPTIONS) == verdict


def test_one_wrong_time_does_not_move_the_other_words():
    said = [word("one", 29.0, 29.5), word("two", 1.0, 1.5), word("three", 2.0, 9.0), word("four", 3.0, 3.4)]
    times = [
        (item.start_s, item.end_s)
        for item in judge(WindowResult(words=said, language="en"), silence(30), (), OPTIONS).heard.words
    ]
    assert times == [(0.5, 1.0), (1.0, 1.5), (2.0, 3.0), (3.0, 3.4)]


def test_without_guards_only_the_times_are_put_right():
    heard = WindowResult(words=(word("Thank", 3, 4), word("you.", 4, 99)), language="en")
    verdict = judge(heard, silence(5), (), GuardOptions(enabled=False))
    assert (verdict.flags, verdict.heard.words[1].end_s) == ((), 5.0)


@pytest.mark.parametrize(
    ("flags", "expected"),
    [((), False), (("sparse",), False), (("language",), False), (("sparse", "loop"), True), (("script",), True)],
)
def test_lost_speech_alone_removes_nothing(flags: tuple[str, ...], expected: bool):
    assert removable(flags) == expected


@pytest.mark.parametrize(
    ("removed_s", "speech_s", "expected"), [(0, 600, False), (200, 600, False), (400, 600, True), (5, 5, False), (0, 0, False)]
)
def test_guards_that_would_remove_most_of_a_file_are_overruled(removed_s: float, speech_s: float, expected: bool):
    assert too_much_removed(removed_s, speech_s, OPTIONS) == expected


def test_real_speech_counts_as_speech_and_noise_does_not():
    speech = next(case for case in cases() if case.about == "three sentences")
    assert judge(speech.heard, speech.samples, speech.speech, OPTIONS).speech_s > 6
    assert judged("one", pcm(background("noise", 8, -35)), ((0.0, 8.0),)).speech_s == 0

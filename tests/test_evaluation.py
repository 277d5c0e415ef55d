"""Minutes measured by references: an error that is planted changes the figures that it should, and no other."""

import datetime as dt
import json
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from configs.load import load_config
from flows.evaluate import Evaluation, evaluate, measure, references_in, require_libraries, with_json
from flows.finished import Outcome
from flows.folder.classify import Order
from flows.folder.scan import scan
from tasks.errors import ConfigError, DependencyError
from tasks.evaluation.bootstrap import Ratio, interval, interval_of_difference, total
from tasks.evaluation.evaluation_page import render_page
from tasks.evaluation.figures import figures_of
from tasks.evaluation.passages import same_place
from tasks.evaluation.references import Reference, ReferenceDecision, ReferenceTask, read_reference
from tasks.evaluation.results import Measured, overall
from tasks.evaluation.speakers import read_rttm, speaker_errors
from tasks.evaluation.summary import rouge
from tasks.evaluation.words import character_errors, errors_by_speaker, word_errors, words_of
from tasks.report.options import Format
from tasks.schema import Decision, Interval, Minutes, Segment, SplitAudio, Status, SummaryPoint, Transcript, Turn, Unverified
from tests.builders import interval as stretch
from tests.builders import segment, span, transcript, words
from tests.folder_faults import captions
from tests.test_html_page import Reader
from tests.test_markdown import action, heard, minutes

NAMES = ("Ana", "Bo", "Cam")
TEXT = "alpha bravo charlie delta echo foxtrot golf hotel india juliett"
SAID = transcript(
    *(segment(n, TEXT, speaker=NAMES[n % 3], words=words(TEXT, 10.0 * (n - 1))) for n in range(1, 7)),
    turns=tuple(Turn(start_s=10.0 * (n - 1), end_s=10.0 * n - 5, speaker=NAMES[n % 3]) for n in range(1, 7)),
)
DUE = dt.date(2026, 3, 6)
GOOD = minutes(
    action_items=(
        action(owner="Ana", due_date=DUE, evidence=heard(10, "alpha bravo")),
        action("Order the wood", id="a-2", evidence=heard(30, "alpha bravo")),
    ),
    decisions=(Decision(id="d-1", text="We paint it green", evidence=heard(20, "alpha bravo")),),
    summary=(SummaryPoint(text="The shed becomes green.", evidence=heard(20, "alpha bravo")),),
)
TRUE = Reference(
    files=("talk.ref.yaml",),
    words=" ".join([TEXT] * 6),
    turns=SAID.turns,
    tasks=(
        ReferenceTask(task="Call the carpenter", owner="Ana", due=DUE, at=(stretch(10, 14),)),
        ReferenceTask(task="Order the wood", owner=None, due=None, at=(stretch(31, 31),)),
    ),
    decisions=(ReferenceDecision(decision="Green", at=(stretch(20, 24),)),),
    abstract=({"text": "The shed becomes green.", "at": "0:20-0:24"},),
)
ERRORS = {"wer", "cer", "der", "der_missed", "der_false_alarm", "der_confusion", "der_collar", "doubted"}


def changed(said: Transcript = SAID, found: Minutes = GOOD) -> dict[str, float | None]:
    """The figures that differ from those of minutes without a fault."""
    before, after = figures_of(TRUE, GOOD, SAID), figures_of(TRUE, found, said)
    assert before.keys() == after.keys()
    return {key: after[key].value for key in after if after[key].value != before[key].value}


def with_segments(change: Callable[[Segment], Segment]) -> Transcript:
    return SAID.model_copy(update={"segments": tuple(map(change, SAID.segments))})


def test_minutes_as_people_wrote_them_are_without_fault():
    figures = figures_of(TRUE, GOOD, SAID)
    assert {key for key, ratio in figures.items() if ratio.value != (0 if key in ERRORS else 1)} == {"doubted"}
    assert figures["doubted"].value is None  # an engine that says nothing of its own belief


def test_a_word_in_ten_changes_the_error_rates_of_words_and_characters():
    found = changed(with_segments(lambda part: part.model_copy(update={"text": part.text.replace("delta", "dalto")})))
    assert found == {"wer": pytest.approx(0.1), "cer": pytest.approx(2 / len(TEXT), rel=0.02)}


def test_swapped_speakers_change_the_confusion_alone():
    turns = (SAID.turns[0].model_copy(update={"speaker": SAID.turns[1].speaker}), *SAID.turns[1:])
    found = changed(SAID.model_copy(update={"turns": turns}))
    assert found == {key: pytest.approx(1 / 6) for key in ("der", "der_confusion", "der_collar")}


def test_other_names_for_all_speakers_change_nothing():
    turns = tuple(turn.model_copy(update={"speaker": f"Speaker {turn.speaker}"}) for turn in SAID.turns)
    assert changed(SAID.model_copy(update={"turns": turns})) == {}


def test_shifted_times_change_what_was_missed_and_what_is_false_alarm():
    turns = tuple(turn.model_copy(update={"start_s": turn.start_s + 1, "end_s": turn.end_s + 1}) for turn in SAID.turns)
    found = changed(SAID.model_copy(update={"turns": turns}))
    assert found.pop("der_collar") < found["der"]
    assert found == {"der": pytest.approx(0.4), "der_missed": pytest.approx(0.2), "der_false_alarm": pytest.approx(0.2)}


def test_a_lost_task_changes_recall_alone():
    assert changed(found=GOOD.model_copy(update={"action_items": GOOD.action_items[:1]})) == {"tasks_recall": 0.5}


def test_a_task_that_nobody_took_on_changes_precision_alone():
    invented = action("Paint it", id="a-3", evidence=heard(50, "alpha"))
    assert changed(found=GOOD.model_copy(update={"action_items": (*GOOD.action_items, invented)})) == {"tasks_precision": 2 / 3}


@pytest.mark.parametrize(
    ("change", "figure"), [({"owner": "Bo"}, "owners_right"), ({"due_date": DUE + dt.timedelta(days=1)}, "dates_right")]
)
def test_a_wrong_owner_and_a_wrong_day_change_their_own_figure(change, figure):
    wrong = (GOOD.action_items[0].model_copy(update=change), GOOD.action_items[1])
    assert changed(found=GOOD.model_copy(update={"action_items": wrong})) == {figure: 0.5}


def test_a_lost_decision_and_an_unproved_claim_change_their_own_figures():
    assert changed(found=GOOD.model_copy(update={"decisions": ()}))["decisions_recall"] == 0
    unproved = Unverified(kind="decision", text="We sell it", reason="nobody said that")
    assert changed(found=GOOD.model_copy(update={"unverified": (unproved,)})) == {"proved": pytest.approx(4 / 5)}


def test_a_summary_of_something_else_changes_rouge_and_what_it_touches():
    other = (SummaryPoint(text="Nobody came.", evidence=heard(40, "alpha")),)
    assert set(changed(found=GOOD.model_copy(update={"summary": other}))) == {"rouge1", "rouge2", "rougeL", "abstract_touched"}


def test_what_nobody_wrote_down_is_not_measured_and_an_empty_list_is_none():
    assert set(figures_of(Reference(), GOOD, SAID)) == {"proved", "coverage", "doubted"}
    figures = figures_of(Reference(decisions=()), GOOD, SAID)
    assert (figures["decisions_recall"].value, figures["decisions_precision"].value) == (None, 0)
    assert "tasks_recall" not in figures


def test_words_are_compared_as_papers_do():
    english = (words_of("Mr. Brown paid five hundred dollars.", "en"), words_of("mister brown paid $500", "en"))
    assert word_errors(*english).errors == 0
    vietnamese = (words_of("Tôi sẽ gửi báo cáo, thứ Sáu.", "vi"), words_of("tôi sẽ gửi báo cao thứ sáu", "vi"))
    assert word_errors(*vietnamese) == (1, 7)
    assert character_errors(*vietnamese) == (1, 26)
    assert word_errors([], ["noise"]) == word_errors(["lost"], [])._replace(words=0) == (1, 0)


def test_word_errors_are_those_of_who_said_the_word():
    said = [("Ana", ["one", "two"]), ("Bo", ["three"]), ("Ana", ["four"])]
    assert errors_by_speaker(said, "one too three and four".split()) == {"Ana": (1, 3), "Bo": (1, 1)}
    assert errors_by_speaker(said, []) == {"Ana": (3, 3), "Bo": (1, 1)}
    assert errors_by_speaker([], ["noise"]) == {}


def test_rouge_knows_vietnamese_letters():
    assert rouge("Nhóm chọn phương án hai", "nhóm chọn phương án hai", "vi") == (1, 1, 1)
    assert rouge("đã ổn", "đá ơn", "vi")[0] == 0
    assert rouge("We paint houses", "he painted the house", "en")[0] > 0.5


def test_rttm_is_read_and_a_line_that_is_none_is_named():
    line = "SPEAKER talk 1 0.50 2.00 <NA> <NA> Ana <NA> <NA>"
    assert read_rttm(f"\n;; a remark\n{line}\n") == (Turn(start_s=0.5, end_s=2.5, speaker="Ana"),)
    with pytest.raises(ValueError, match="line 2 is no line of RTTM"):
        read_rttm(f"{line}\nSPEAKER talk 1 soon")


def test_without_turns_all_speech_is_missed():
    errors = speaker_errors(SAID.turns, ())
    assert errors["missed detection"] == errors["total"] == 30


@pytest.mark.parametrize(
    ("place", "same"),
    [
        (stretch(11, 13), True),
        (stretch(13.5, 20), False),
        (stretch(12, 30), True),
        (stretch(15.9, 15.9), True),
        (stretch(17, 17), False),
    ],
)
def test_passages_are_the_same_that_share_half_of_the_shorter_one(place: Interval, same: bool):
    assert same_place((stretch(10, 14),), (place,)) is same


# The interval


def test_interval_is_the_same_every_time_and_holds_the_figure():
    ratios = [Ratio(part, 10) for part in (0, 1, 2, 3, 4)]
    low, high = interval(ratios)
    assert low < total(ratios).value == 0.2 < high
    assert interval(ratios) == (low, high)
    assert interval(ratios[:1]) is None


def test_difference_of_the_same_recordings_is_sharper_than_the_figures():
    first = [Ratio(part, 10) for part in (1, 3, 5, 7, 9)]
    second = [Ratio(ratio.part - 1, 10) for ratio in first]
    assert interval_of_difference(first, second) == (pytest.approx(-0.1), pytest.approx(-0.1))
    assert interval(first)[0] < interval(second)[1]


def test_figures_are_summed_over_the_recordings_that_have_them():
    rows = [Measured("a", "completed", figures={"wer": Ratio(1, 10)}), Measured("b", "completed", figures={"wer": Ratio(5, 30)})]
    found = overall([*rows, Measured("c", "failed")])
    assert (found["wer"].value, found["wer"].recordings, list(found)) == (0.15, 2, ["wer"])


def test_page_shows_figures_errors_by_speaker_and_time_by_stage(tmp_path):
    figures = {"wer": Ratio(1, 8), "real_time_factor": Ratio(3, 6)}
    stages, speakers = {"audio": 1.0, "transcription": 2.0}, {"<Ana>": Ratio(1, 4), "Bo": Ratio(0, 4)}
    one = Measured("talk.m4a", "completed", None, "en", 6.0, ("talk.ref.vtt",), figures, stages, 512.0, speakers)
    page = render_page("embedded", [one, Measured("b.wav", "failed")], tmp_path)
    pictures = [element for element in Reader(page).elements if element.name == "rect"]
    assert [picture.attributes["width"] for picture in pictures if "x" in picture.attributes] == [
        "600.0",
        "600.0",
        "0.0",
        "200.0",
        "400.0",
    ]
    for text in ("&lt;Ana&gt;, talk.m4a", "12.5 %", "512 MB", "transcription: 2.0 s", "failed, no reference"):
        assert text in page
    assert "<script" not in page
    assert " style=" not in page


def test_errors_are_shown_by_loudness_the_quietest_first(tmp_path):
    loud, quiet, unknown = (
        Measured(name, "completed", figures={"wer": Ratio(errors, 8)}, level_dbfs=level)
        for name, errors, level in (("loud.wav", 1, -19.6), ("quiet.wav", 4, -41.0), ("talk.vtt", 0, None))
    )
    page = render_page("embedded", [loud, quiet, unknown], tmp_path)
    assert page.index("-41 dBFS, quiet.wav") < page.index("-20 dBFS, loud.wav")
    assert "dBFS, talk.vtt" not in page
    assert "dBFS" not in render_page("embedded", [loud, unknown], tmp_path)


def test_loudness_of_a_recording_is_that_of_its_spans_together():
    spans = (span(0, 0, 10).model_copy(update={"level_dbfs": -20.0}), span(1, 10, 20).model_copy(update={"level_dbfs": None}))
    assert SplitAudio(duration_s=20, spans=spans).level_dbfs == -23.0
    assert SplitAudio(duration_s=10, spans=(spans[0].model_copy(update={"level_dbfs": None}),)).level_dbfs is None


# References


def test_reference_is_read_from_all_files_beside_a_recording(tmp_path):
    (tmp_path / "talk.ref.txt").write_text("We paint it.\n")
    (tmp_path / "talk.rttm").write_text("SPEAKER talk 1 0 2 <NA> <NA> Ana <NA> <NA>\n")
    (tmp_path / "talk.wav.ref.yaml").write_text(
        'language: en\ntasks: [{task: Call, owner: null, at: ["1:02", "62.5-70"]}]\nabstract: Short.\n'
    )
    found = read_reference(tmp_path / "talk.wav")
    assert (found.words, found.turns, found.decisions) == ("We paint it.\n", (Turn(start_s=0, end_s=2, speaker="Ana"),), None)
    assert found.tasks[0].at == (stretch(62, 62), stretch(62.5, 70))
    assert (found.tasks[0].says("owner"), found.tasks[0].says("due")) == (True, False)
    assert [sentence.text for sentence in found.abstract] == ["Short."]
    assert found.files == ("talk.ref.txt", "talk.rttm", "talk.wav.ref.yaml")


def test_captions_give_words_speakers_and_language(tmp_path):
    (tmp_path / "talk.ref.srt").write_text(captions(1))
    found = read_reference(tmp_path / "talk.wav")
    assert found.words.startswith("We decided to paint")
    assert ({turn.speaker for turn in found.turns}, found.language) == ({"Anna", "Tom"}, "en")
    (tmp_path / "talk.ref.txt").write_text("Other words.")
    (tmp_path / "talk.ref.yaml").write_text("language: vi")
    better = read_reference(tmp_path / "talk.wav")
    assert (better.words, better.turns, better.language) == ("Other words.", found.turns, "vi")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("talk.ref.yaml", "tasks: [{task: Call, at: soon}]", "tasks.0.at.0 should be a time such as 0:37"),
        ("talk.ref.yaml", "tasks: [{task: Call}]", "tasks.0.at is missing."),
        ("talk.ref.yaml", "task: []", "task is unknown."),
        ("talk.ref.yaml", "tasks: [", "cannot be used: line 1: "),
        ("talk.rttm", "SPEAKER talk", "cannot be used: line 1 is no line of RTTM."),
        ("talk.ref.vtt", "no captions", "is text, but neither captions"),
        ("talk.ref.txt", "\udcff", "cannot be used: "),
    ],
)
def test_wrong_reference_is_named_before_anything_is_done(tmp_path, name, text, message):
    (tmp_path / "talk.srt").write_text(captions(1))
    (tmp_path / name).write_bytes(text.encode(errors="surrogateescape"))
    order = Order(tmp_path, load_config("embedded", environ={}), tmp_path.parent / "out")
    with pytest.raises(ConfigError) as wrong:
        references_in(order)
    assert str(wrong.value).startswith(f"{tmp_path / name}: ")
    assert message in str(wrong.value)
    assert "\n" not in str(wrong.value)


def listing(folder: Path, *lines: str) -> dict[Path, Reference]:
    (folder / "clips").mkdir(parents=True)
    (folder / "clips" / "a.wav").touch()
    (folder.parent / "b.wav").touch()
    (folder / "refs.jsonl").write_text("\n".join(lines))
    return references_in(Order(folder, load_config("embedded", environ={}), folder.parent / "out"))


def test_list_of_a_corpus_names_recordings_and_what_was_said(tmp_path):
    line = '{"file": "corpus/clips/a.wav", "text": "Xin chào", "language": "vi", "rttm": null, "licence": "CC0"}'
    [(path, found)] = listing(tmp_path / "corpus", line, "").items()
    assert (path.name, found.words, found.language, found.turns) == ("a.wav", "Xin chào", "vi", None)
    rttm = '{"file": "clips/a.wav", "text": null, "rttm": ["SPEAKER a 1 0 2 <NA> <NA> Ana <NA> <NA>"]}'
    [found] = listing(tmp_path / "other", rttm).values()
    assert (found.words, found.turns) == (None, (Turn(start_s=0, end_s=2, speaker="Ana"),))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"file": "c.wav"}', "there is no 'c.wav' in this folder"),
        ('{"file": "../b.wav"}', "there is no '../b.wav' in this folder"),
        ('{"text": "words"}', "file is missing"),
        ("words", "Expecting value: line 1 column 1 (char 0)"),
        ('{"file": "clips/a.wav", "segments": [{"start": 2, "end": 1, "speaker": "A"}]}', "should be"),
    ],
)
def test_wrong_line_of_a_list_is_named(tmp_path, line, reason):
    with pytest.raises(ConfigError) as wrong:
        listing(tmp_path / "corpus", "", line)
    assert str(wrong.value).startswith(f"{tmp_path / 'corpus' / 'refs.jsonl'}: line 2 cannot be used: ")
    assert reason in str(wrong.value)


def test_references_are_no_recordings(tmp_path):
    for name in ("talk.srt", "talk.ref.vtt", "talk.REF.srt", "talk.ref.txt"):
        (tmp_path / name).write_text(captions(1))
    found = scan(tmp_path)
    assert [path.name for path in found.recordings] == ["talk.srt"]
    assert {entry.reason for entry in found.skipped} == {"is a reference to measure a recording by"}


# The command


def test_missing_library_is_named_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "jiwer", None)
    monkeypatch.setattr("flows.evaluate.find_spec", lambda name: None if name == "jiwer" else name)
    with pytest.raises(DependencyError, match=r"minutes evaluate: needs the package 'jiwer'.*audio-minutes\[evaluate\]"):
        require_libraries("minutes evaluate")


def test_what_is_measured_is_written_whatever_the_formats():
    loaded = load_config("embedded", ["report.formats=[md]"], environ={})
    assert with_json(loaded).config.report.formats == (Format.MD, Format.JSON)


def test_failed_recording_has_a_row_without_figures():
    row = measure(Outcome(path="a.wav", name="a.wav", status=Status.FAILED, error="no sound"), TRUE)
    assert (row.status, row.figures, row.references) == ("failed", {}, TRUE.files)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A meeting as captions, with a reference in which a word is another one; one without; and one that is broken."""
    folder = tmp_path_factory.mktemp("meetings")
    (folder / "2026-03-02-one.srt").write_text(captions(1))
    (folder / "2026-03-02-one.ref.srt").write_text(captions(1).replace("green", "blue"))
    task = '{task: Call the carpenter, owner: Tom, due: 2026-03-06, at: "0:10"}'
    (folder / "2026-03-02-one.ref.yaml").write_text(f'tasks: [{task}]\ndecisions: [{{decision: Paint, at: "0:01"}}]\n')
    (folder / "=2.srt").write_text(captions(2))
    (folder / "empty.wav").touch()
    return folder


@pytest.fixture
def evaluate_it(folder, tmp_path_factory, prefect_api, monkeypatch) -> Callable[..., Evaluation]:
    """Measures the folder, with the same results folder in all tests."""
    monkeypatch.setenv("PREFECT_API_URL", prefect_api)
    loaded, out = load_config("embedded", ["report.formats=[md]"], environ={}), folder.with_name("out")
    references = references_in(Order(folder, loaded, out))
    return lambda say=len: evaluate(references, loaded, out, say=say)


def test_folder_is_run_measured_and_written(folder, evaluate_it):
    said = list[str]()
    one, two, empty = evaluate_it(said.append).rows
    assert one.figures["wer"] == (1, 16)
    assert {key: one.figures[key].value for key in ("der", "tasks_recall", "owners_right", "dates_right")} == {
        "der": 0, "tasks_recall": 1, "owners_right": 1, "dates_right": 1}  # fmt: skip
    assert ("wer" in two.figures, "real_time_factor" in two.figures, empty.status) == (False, True, "failed")
    assert [text for text in said if "has no reference" in text] == [
        f"'{name}' has no reference beside it: only what needs none is measured" for name in ("=2.srt", "empty.wav")]  # fmt: skip
    written = json.loads((folder.with_name("out") / "evaluation.json").read_text())
    assert written["recordings"][0]["figures"]["wer"] == {"value": 1 / 16, "part": 1, "whole": 16}
    assert written["overall"]["wer"] == {"title": "WER", "value": 1 / 16, "interval": None, "recordings": 1}
    table = (folder.with_name("out") / "evaluation.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.partition(",")[0] for line in table] == ["recording", "2026-03-02-one.srt", "'=2.srt", "empty.wav"]


def test_figures_are_a_page_of_a_prefect_server_that_stays(evaluate_it, prefect_api):
    evaluate_it()
    asked = {"artifacts": {"key": {"any_": ["evaluation-embedded"]}}}
    found = httpx.post(f"{prefect_api}/artifacts/filter", json=asked, trust_env=False).json()
    assert "| WER | 6.2 % | - | 1 |" in found[0]["data"]


def test_the_second_time_nothing_is_done_and_corrections_of_people_are_not_counted_for_us(evaluate_it):
    first = evaluate_it()
    minutes_of_one = Path(first.rows[0].folder)
    (minutes_of_one / "corrections.yaml").write_text("segments: {S0001: We decided to paint the barn number 1 blue.}\n")
    second = evaluate_it()
    assert "blue" in (minutes_of_one / "transcript.json").read_text()
    assert [outcome.unchanged for outcome in second.outcomes] == [True, True, False]
    assert [row.figures for row in second.rows] == [row.figures for row in first.rows]

"""Action items, decisions and open questions by rules: what people say when they take something on, settle it or leave it open.

English and Vietnamese; sentences in other languages are read with the English tables and so give nothing. Needs no model.
"""

from collections.abc import Iterable
from typing import TypedDict

from pydantic import Field

from tasks.actions.answers import hear_answer
from tasks.actions.commitments import Commitments, MeetingTalk, with_commitments
from tasks.actions.commitments import packaged as packaged_commitments
from tasks.actions.corrections import Corrections
from tasks.actions.decisions import Settled, decision_in
from tasks.actions.detector import Detector
from tasks.actions.detector import packaged as packaged_detector
from tasks.actions.entities import known_entities
from tasks.actions.extractor import ActionExtractor
from tasks.actions.ledger import Item, Ledger, State
from tasks.actions.likely import with_likely
from tasks.actions.questions import open_question_at
from tasks.actions.tasks_said import tasks_in
from tasks.engine.base import Options as BaseOptions
from tasks.language.cues import Words
from tasks.language.languages import language_or_english
from tasks.meeting.calendar import calendar_from, due_fields
from tasks.meeting.lines import lines_of
from tasks.meeting.people import is_punctuated, people_of
from tasks.meeting.sentences import Sentence, split_sentences
from tasks.schema import ActionClaim, Claim, Findings, Segment, Transcript

DETECTOR = Field(True, description="add what was learnt from other meetings: tasks and decisions in words that no rule knows")

_NOT_TO_DO = frozenset({State.REFUSED, State.CANCELLED})


class RuleExtractor(ActionExtractor):
    """Extraction on any machine, without a model of the Hub; every result is in words that were said."""

    name = "rules"
    summary = "commitments, requests and decisions by their wording, English and Vietnamese"
    distribution = "audio-minutes"

    class Options(BaseOptions):
        """What is done besides the rules."""

        detector: bool = DETECTOR

    def extract(self, transcript: Transcript) -> Findings:
        """Claims in the order in which they came up, and what is named besides."""
        found = find_by_rules(transcript, **learnt(wanted=self.options.detector))
        return found.model_copy(update={"engine": self.engine("rules")})


class Learnt(TypedDict):
    """What finds what no rule knows, or nothing."""

    commitments: Commitments | None
    detector: Detector | None


def learnt(*, wanted: bool) -> Learnt:
    """What comes with the package, if it is wanted."""
    if not wanted:
        return Learnt(commitments=None, detector=None)
    return Learnt(commitments=packaged_commitments(), detector=packaged_detector())


def find_by_rules(
    transcript: Transcript,
    persons: Iterable[str] = (),
    *,
    commitments: Commitments | None = None,
    detector: Detector | None = None,
) -> Findings:
    """What the rules find in a meeting, and what was learnt besides if it is given.

    Args:
        persons: names that a model found in the meeting, who may own tasks.
        commitments: what written meetings taught, for meetings of any length.
        detector: what real meetings taught, for long ones.
    """
    punctuated = is_punctuated(transcript.segments)
    people = people_of(transcript, punctuated, persons)
    sentences = split_sentences(transcript.segments, people.pattern, punctuated)
    days = calendar_from(transcript, sentences)
    ledger, decisions, questions = Ledger(people, sentences), list[Settled](), list[Settled]()
    corrections = Corrections(ledger, decisions, days)
    for sentence in sentences:
        words = _words(sentence.language)
        hear_answer(ledger, sentence)
        if corrections.hear(sentence, words):
            continue
        tasks = tasks_in(sentence, words, people, days.at(sentence.start_s))
        for task in tasks:
            ledger.add(task, sentence, words)
        # `we agreed that Ben will write it` is a task, not a decision too
        if not any(task.named for task in tasks) and (decision := decision_in(sentences, sentence.index, words, people)):
            decisions.append(decision)
        if question := open_question_at(sentences, sentence.index, words):
            questions.append(question)
    segments = {segment.id: segment for segment in transcript.segments}
    tasks_found = [_action_claim(item, segments) for item in ledger.items]
    standing = [claim for claim, item in zip(tasks_found, ledger.items, strict=True) if item.stands]
    found = Findings(
        decisions=tuple(_claim(decision, segments) for decision in decisions),
        action_items=tuple(standing),
        open_questions=tuple(_claim(question, segments) for question in questions),
        entities=known_entities(transcript, people, sentences, days),
    )
    settled = (*standing, *(claim for claim, item in zip(tasks_found, ledger.items, strict=True) if item.state in _NOT_TO_DO))
    cited = {name for claim in settled for name in claim.segment_ids}
    if commitments:
        found = with_commitments(found, MeetingTalk(lines_of(transcript.segments), sentences, people, days), commitments, cited)
        cited |= {name for claim in found.action_items for name in claim.segment_ids}
    return with_likely(found, transcript.segments, detector, cited, days) if detector else found


def _words(language: str) -> Words:
    return language_or_english(language).cues


def _claim(settled: Settled, segments: dict[str, Segment]) -> Claim:
    ids, quote = _proof(settled.quoted, settled.support, segments)
    return Claim(text=settled.text, segment_ids=ids, quote=quote)


def _action_claim(item: Item, segments: dict[str, Segment]) -> ActionClaim:
    ids, quote = _proof(item.quoted, item.support, segments)
    return ActionClaim(
        text=item.text,
        segment_ids=ids,
        quote=quote,
        owner=item.owner,
        owner_source=item.source,
        **due_fields(item.due),
    )


def _proof(quoted: Iterable[Sentence], support: Iterable[Sentence], segments: dict[str, Segment]) -> tuple[tuple[str, ...], str]:
    """The cited segments in order, and the longest quote that stands in them word for word."""
    quoted = tuple(quoted)
    cited = {name for sentence in (*quoted, *support) for name in sentence.segment_ids}
    ids = tuple(name for name in segments if name in cited)
    said = " ".join(segments[name].text.strip() for name in ids)
    whole = " ".join(sentence.text for sentence in quoted)
    return ids, whole if whole in said else quoted[-1].text

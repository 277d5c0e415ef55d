"""The topics of a meeting: each section by a title and one to three sentences, written by a model about little at a time.

A model whose sentences are not true often enough writes only the titles: code chooses spoken sentences, which are worded anew one
by one later (`rewriting.py`). What another model reads in one go is a piece of a section. Code cites: the segments of the piece
that share the words of the sentence. Where a model gives nothing that can be used, the most telling spoken sentence of the piece
stands in, and the report says so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from tasks.schema import Claim, Interval, Segment, TopicClaim, Transcript
from tasks.summarization.asking import Reading
from tasks.summarization.choosing import choose_telling
from tasks.summarization.citing import cite
from tasks.summarization.headings import write_headings
from tasks.summarization.material import MaterialWindow, as_data, cut_windows
from tasks.summarization.plain_asking import Answer, Failure, PlainQuestion, ask_plain
from tasks.summarization.prompts.plain_prompts import PlainWording
from tasks.summarization.sections import Section, cut_sections, topic_words
from tasks.summarization.spoken import Quotable, most_telling, spoken_points, spoken_sentences
from tasks.summarization.summarizer import Detail
from tasks.summarization.titles import Titles
from tasks.summarization.usable import Passage

SENTENCE_TOKENS = 80
_TITLE_TOKENS = 24
_POINTS: dict[Detail, int] = {"low": 1, "normal": 3, "high": 6}
"""Sentences about a section."""
_SENTENCES_A_PIECE = 2
_LITTLE_MORE = 1.4
"""Times what a model reads at a time, before a section is cut in pieces."""


@dataclass(frozen=True)
class Piece:
    """What is read in one go, and what became of it."""

    section: int
    window: MaterialWindow
    points: tuple[Claim, ...] = ()
    failure: Failure | None = None

    @property
    def segments(self) -> tuple[Segment, ...]:
        return tuple(line.segment for line in self.window.lines)


@dataclass
class SectionNotes:
    """The sections of one meeting and what is written about them."""

    reading: Reading
    transcript: Transcript
    sections: list[Section]
    pieces: list[Piece] = field(default_factory=list)
    topics: tuple[TopicClaim, ...] = ()
    failures: list[tuple[Interval, Failure]] = field(default_factory=list)
    """Of passages for which something stands in."""
    seen: set[str] = field(default_factory=set)

    @property
    def wording(self) -> PlainWording:
        return PlainWording(self.reading.brief.language)

    @cached_property
    def spoken(self) -> list[Quotable]:
        """What can be quoted."""
        return spoken_sentences(self.transcript)

    @cached_property
    def plain_titles(self) -> Titles:
        """Those that code makes."""
        return Titles(self.sections, self.transcript.language, self.reading.people, self.spoken)


def write_sections(reading: Reading, transcript: Transcript, done: Callable[[float], None]) -> SectionNotes:
    """Topics for the whole meeting; `done` is told the share that is answered."""
    notes = SectionNotes(reading, transcript, cut_sections(transcript, topic_words(transcript)))
    if reading.prose:
        pieces = _cut_pieces(notes)
        answers = ask_plain(reading, notes.wording, [_about(notes, piece) for piece in pieces], lambda n: done(n / len(pieces)))
        notes.pieces = [_answered(notes, piece, answer) for piece, answer in zip(pieces, answers, strict=True)]
        points = [_points(notes, number) for number in range(len(notes.sections))]
        titles = _titles(notes, points)
    else:
        points = [spoken_points(section, notes.spoken, _POINTS[reading.brief.detail]) for section in notes.sections]
        titles = write_headings(reading, notes.sections, notes.spoken, transcript, lambda n: done(n / len(notes.sections)))
    notes.topics = tuple(
        _topic(notes, number, of_section, title)
        for number, (of_section, title) in enumerate(zip(points, titles, strict=True))
        if of_section
    )
    return notes


def _cut_pieces(notes: SectionNotes) -> list[Piece]:
    """The sections as the model reads them."""
    words, room = notes.reading.words_at_a_time, notes.reading.room(notes.wording.instructions, SENTENCE_TOKENS)
    pieces = []
    for number, section in enumerate(notes.sections):
        content = notes.transcript.model_copy(update={"segments": section.segments})
        parts = cut_sections(content, words) if section.words > _LITTLE_MORE * words else [section]
        for part in parts:
            content = notes.transcript.model_copy(update={"segments": part.segments})
            windows = cut_windows(content, notes.reading.model.count_tokens, room, with_ids=False)
            pieces += [Piece(number, window) for window in windows]
    return pieces


def _about(notes: SectionNotes, piece: Piece) -> PlainQuestion:
    most = _sentences_wanted(notes, piece)
    question = notes.wording.sentences(most)
    read = passage(notes, piece.window.text, question, piece.segments[0].language).sentences
    return PlainQuestion(notes.wording.said(piece.window.text), question, most * SENTENCE_TOKENS, read)


def _sentences_wanted(notes: SectionNotes, piece: Piece) -> int:
    """Fewer of a piece than of a whole section."""
    alone = notes.sections[piece.section].ids == piece.window.ids
    most = _POINTS[notes.reading.brief.detail]
    return most if alone else min(most, _SENTENCES_A_PIECE)


def passage(notes: SectionNotes, said: str, question: str, spoken: str | None = None, seen: set[str] | None = None) -> Passage:
    """What an answer is held against; a text that the notes already hold is in their language."""
    language = notes.reading.brief.language
    return Passage(
        said,
        f"{notes.wording.instructions}\n{notes.wording.again(question)}",
        language,
        spoken or language,
        notes.seen if seen is None else seen,
    )


def _answered(notes: SectionNotes, piece: Piece, answer: Answer | Failure) -> Piece:
    if isinstance(answer, Failure):
        quote = most_telling(notes.spoken, piece.segments)
        notes.failures.append((piece.window.place, answer))
        return replace(piece, points=(quote,) if quote else (), failure=answer)
    claims = (Claim(text=text, segment_ids=cite(text, notes.transcript, piece.segments)) for text in answer)
    return replace(piece, points=tuple(claims))


def _points(notes: SectionNotes, number: int) -> list[Claim]:
    """The most telling sentences about a section; a spoken one only where no piece of it has others."""
    pieces = [piece for piece in notes.pieces if piece.section == number]
    written = [point for piece in pieces if piece.failure is None for point in piece.points]
    found = written or [point for piece in pieces for point in piece.points]
    return choose_telling(found, notes.sections[number].segments, _POINTS[notes.reading.brief.detail])


def _titles(notes: SectionNotes, points: Sequence[Sequence[Claim]]) -> list[str | None]:
    """The model's titles; None where it gave none that can be used."""
    asked = [number for number, some in enumerate(points) if any(point.quote is None for point in some)]
    questions = []
    for number in asked:
        written = "\n".join(as_data(point.text) for point in points[number])
        said = "\n".join([written, *(segment.text for segment in notes.sections[number].segments)])
        read = passage(notes, said, notes.wording.title).title
        questions.append(PlainQuestion(notes.wording.written(written), notes.wording.title, _TITLE_TOKENS, read))
    titles: list[str | None] = [None] * len(points)
    answers = ask_plain(notes.reading, notes.wording, questions, lambda _: None)
    for number, answer in zip(asked, answers, strict=True):
        titles[number] = None if isinstance(answer, Failure) else answer[0]
    return titles


def _topic(notes: SectionNotes, number: int, points: Sequence[Claim], title: str | None) -> TopicClaim:
    section, plain = notes.sections[number], notes.plain_titles.of(number)
    return TopicClaim(
        title=title or plain or points[0].text,
        text=" ".join(point.text for point in points),
        segment_ids=tuple(dict.fromkeys(name for point in points for name in point.segment_ids)),
        section=(section.ids[0], section.ids[-1]),
        points=tuple(points),
        plain_title=plain,
        central=most_telling(notes.spoken, section.segments),
    )

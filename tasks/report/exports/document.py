"""The minutes of one meeting as a document: what `minutes.md` says, in the same words and order, and the transcript behind it."""

from collections.abc import Iterator

from tasks.language.clock import clock
from tasks.language.messages import in_words
from tasks.language.wording import Wording, page_language, page_wording_for, wording_for
from tasks.report.content import began, ended
from tasks.report.exports.blocks import (
    Block,
    Document,
    Grid,
    Heading,
    ItemList,
    Line,
    Paragraph,
    Phrase,
    SpokenLine,
    line,
    quoted,
    said,
)
from tasks.report.exports.findings import NOTHING, findings
from tasks.report.exports.pieces import Pieces
from tasks.schema import CORRECTED, UNCLEAR, Engine, Minutes, Status, Transcript

_LONG_TURN = 400
"""Letters after which a paragraph of the transcript ends, so that its time is never far; chosen by hand."""


def meeting_document(minutes: Minutes, transcript: Transcript | None, language: str) -> Document:
    """The document; without the transcript where none is given."""
    wording = wording_for(language, minutes.language)
    blocks = list(_minutes(Pieces(minutes, wording)))
    if transcript and transcript.segments:
        heading = page_wording_for(language, minutes.language).transcript
        blocks += [Heading(line(heading), new_page=True), *_spoken(transcript, wording)]
    return Document(Phrase(minutes.title).text, page_language(language, minutes.language), tuple(blocks))


def _minutes(it: Pieces) -> Iterator[Block]:
    yield from _head(it)
    if it.minutes.status is Status.NO_SPEECH:
        yield Paragraph(line(it.say.no_speech))
    else:
        yield from findings(it)
    yield from _unverified(it)
    yield from _about(it)


def _spoken(transcript: Transcript, say: Wording) -> Iterator[Block]:
    """What one person says in a row is one paragraph, unless it grows long."""
    before: SpokenLine | None = None
    for segment in transcript.segments:
        name = transcript.name_of(segment.speaker) or ""
        mark = f" ({say.corrected})" if CORRECTED in segment.flags else ""
        words = line(said(segment.text, quiet=UNCLEAR in segment.flags), Phrase(mark, quiet=True))
        if before and name == before.speaker and sum(len(phrase.text) for phrase in before.words) < _LONG_TURN:
            before = SpokenLine(before.at, name, line(before.words, " ", words))
            continue
        if before:
            yield before
        before = SpokenLine(clock(segment.start_s), name, words)
    if before:
        yield before


def _head(it: Pieces) -> Iterator[Block]:
    say, minutes = it.say, it.minutes
    yield Heading(line(said(minutes.title)), level=0)
    yield Paragraph(line(Phrase(it.content["headline"], strong=True)))
    worst, count = it.content["worst"], len(minutes.unverified)
    if worst or count:
        doubts = f"{say.unverified_warning.of(count)} {say.unverified}. " if count else ""
        more = f"{say.and_more.of(it.content['more'])} " if it.content["more"] else ""
        first = said(f"{ended(worst)} " if worst else "")
        yield Paragraph(line(Phrase(f"{say.warning} ", strong=True), first, f"{doubts}{more}{say.about}"))
    yield from (Paragraph(_people(it, label, names)) for label, names in it.content["attendance"])
    if agenda := minutes.recording.sidecar.agenda:
        yield Heading(line(say.agenda))
        yield ItemList(tuple((line(said(item)),) for item in agenda), numbered=True)


def _people(it: Pieces, label: str, names: list[tuple[str, str]]) -> Line:
    parts: list[str | Phrase] = [Phrase(f"{began(label)}: ", strong=True)]
    for number, (name, share) in enumerate(names):
        kept_together = f" {share}".replace(" ", "\u00a0") if share else ""
        parts += [", " if number else "", said(name), kept_together]
    return line(*parts)


def _unverified(it: Pieces) -> Iterator[Block]:
    say = it.say
    if it.minutes.unverified:
        yield Heading(line(say.unverified))
    items: list[tuple[Line, ...]] = []
    for claim in it.minutes.unverified:
        kind = f" ({say.kinds.get(claim.kind, claim.kind)}): "
        at = it.time(claim.start_s) if claim.start_s is not None else Phrase("")
        items.append((line(quoted(claim.text), kind, said(ended(in_words(claim.why, say))), at),))
    if items:
        yield ItemList(tuple(items))


def _about(it: Pieces) -> Iterator[Block]:
    say, minutes, told = it.say, it.minutes, it.content["told"]
    yield Heading(line(say.about))
    yield Paragraph(line(it.content["coverage"]))
    lines = [
        line(Phrase(f"{say.stage_warning.format(stage=it.stage(notice.stage))} ", strong=True), said(ended(told(notice))))
        for notice in it.content["warnings"]
    ]
    lines += [line(f"{say.note} ", said(ended(told(notice)))) for notice in it.content["remarks"]]
    lines += [line(f"{say.technical.format(stage=it.stage(stage))} ", said(words)) for stage, words in it.content["details"]]
    lines += [line(it.content["mood_note"])] if it.content["mood_note"] else []
    lines.append(
        line(f"{say.source} ", said(minutes.recording.name), f", {say.date_sources[minutes.recording.recorded_at_source]}")
    )
    if minutes.engines:
        lines.append(line(f"{say.made_of} ", said(", ".join(_engine(it, engine) for engine in minutes.engines))))
    yield ItemList(tuple((each,) for each in lines))
    yield from _tables(it)
    yield Paragraph(line(Phrase(began(say.made_by.format(program=f"audio-minutes {minutes.version}")), quiet=True)))


def _engine(it: Pieces, engine: Engine) -> str:
    model = f" {engine.model}" if engine.model != engine.backend else ""
    return f"{it.stage(engine.stage)} {engine.backend}{model}"


def _tables(it: Pieces) -> Iterator[Block]:
    say, minutes = it.say, it.minutes
    if minutes.talk_time:
        yield Heading(line(say.talk_time), level=2)
        shares = it.content["shares"]
        rows = [(line(said(row.speaker)), line(clock(row.seconds)), line(shares[row.speaker])) for row in minutes.talk_time]
        yield Grid(say.talk_heads, tuple(rows), (60, 20, 20))
    if parts := minutes.recording.parts:
        yield Heading(line(say.parts), level=2)
        cells = [
            (
                line(str(number)),
                line(said(part.name)),
                line(clock(part.start_s) if part.start_s is not None else NOTHING),
                line(clock(part.duration_s) if part.duration_s else NOTHING),
            )
            for number, part in enumerate(parts, start=1)
        ]
        yield Grid(say.part_heads, tuple(cells), (10, 50, 20, 20))

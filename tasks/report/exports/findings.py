"""What was found in a meeting, as sections of its document: summary, decisions, tasks, questions, topics."""

from collections.abc import Iterator

from tasks.language.clock import short_date
from tasks.report.content import began, ended, tick_and_state
from tasks.report.exports.blocks import Block, Grid, Heading, ItemList, Line, Paragraph, Phrase, line, quiet, quoted, said
from tasks.report.exports.pieces import Pieces
from tasks.report.translated import TranslatedSection
from tasks.schema import ActionItem, Decision, PossibleItem, Topic

NOTHING = "—"


def findings(it: Pieces) -> Iterator[Block]:
    """The sections, one after the other."""
    say, minutes = it.say, it.minutes
    yield Heading(line(say.summary))
    if minutes.summary:
        yield ItemList(tuple((it.point(point),) for point in minutes.summary))
    else:
        yield Paragraph(line(say.no_summary))
    yield from _listed(it, say.decisions, [_decision(it, each) for each in minutes.decisions], numbered=True)
    yield Heading(line(say.action_items))
    yield from _tasks(it) if minutes.action_items else [Paragraph(line(say.none_found))]
    if minutes.open_questions:
        questions: list[tuple[Line, ...]] = [(line(said(each.text), it.at(each.evidence)),) for each in minutes.open_questions]
        yield from _listed(it, say.open_questions, questions)
    yield from _next_meeting(it)
    yield from _topics(it)
    yield from _named(it)
    yield from _possible(it)
    yield from _translated(it)


def _listed(it: Pieces, heading: str, items: list[tuple[Line, ...]], *, numbered: bool = False) -> Iterator[Block]:
    yield Heading(line(heading))
    yield ItemList(tuple(items), numbered) if items else Paragraph(line(it.say.none_found))


def _decision(it: Pieces, decision: Decision) -> tuple[Line, ...]:
    lines = [
        line(said(decision.text, strong=True), it.mark(decision), it.at(decision.evidence)),
        it.said(decision.evidence),
    ]
    if decision.reason:
        lines.append(line(f"{began(it.say.why)} ", it.said(decision.reason), it.at(decision.reason)))
    if reversal := it.content["reversals"].get(decision.id):
        head = it.say.reverses.format(date=short_date(reversal.earlier_on, it.say))
        lines.append(line(f"{head} ", quoted(reversal.earlier_text), " (", said(reversal.earlier_minutes), ")"))
    return tuple(lines)


def _tasks(it: Pieces) -> Iterator[Block]:
    say, tasks = it.say, it.content["tasks"]
    heads = ("", began(say.owner), began(say.task), began(say.due), began(say.heard_at))
    yield Grid(heads, tuple(_task_row(it, item) for item in tasks), (9, 17, 40, 20, 14))
    yield Heading(line(say.what_was_said.of(len(tasks))), level=2)
    yield ItemList(tuple((_task_proof(it, item),) for item in tasks))


def _task_row(it: Pieces, item: ActionItem) -> tuple[Line, ...]:
    tick, state = tick_and_state(item.status)
    asked = f" ({it.say.asked})" if item.agreed == "asked" else ""
    owner = line(said(item.owner), asked) if item.owner else line(NOTHING)
    before = line(f" {it.say.said_before} ", quoted(item.context)) if item.context else ()
    phrase = quoted(item.due_phrase) if item.due_phrase else line(NOTHING)
    due = line(it.days(item)) if it.days(item) else phrase
    task = line(said(item.task), it.mark(item), quiet(before), _promised(it, item))
    return line(tick, f" {state}" if state else ""), owner, task, due, line(it.content["place"](item.evidence.start_s))


def _promised(it: Pieces, item: ActionItem) -> str:
    promise = it.content["earlier_promises"].get(item.id)
    if not promise:
        return ""
    return f" ({it.say.promised_before.format(times=promise.times, date=short_date(promise.first_on, it.say))})"


def _task_proof(it: Pieces, item: ActionItem) -> Line:
    accepted = line("; ", it.said(item.accepted)) if item.accepted else ()
    phrase = item.due_phrase if item.due_phrase and item.due_phrase not in item.evidence.quote else None
    due = line(f" ({it.say.due}: ", quoted(phrase), ")") if phrase else ()
    return line(said(item.task), ": ", it.said(item.evidence), accepted, due, it.at(item.evidence))


def _next_meeting(it: Pieces) -> Iterator[Block]:
    if meeting := it.minutes.next_meeting:
        place = (", ", said(meeting.place)) if meeting.place else ()
        yield Heading(line(it.say.next_meeting))
        yield Paragraph(line(began(it.days(meeting)), *place, it.at(meeting.evidence)))
        yield Paragraph(it.said(meeting.evidence), proof=True)


def _topics(it: Pieces) -> Iterator[Block]:
    place, topics = it.content["place"], it.content["topics"]
    if topics:
        yield Heading(line(it.say.topics))
    for topic in topics:
        known = topic.start_s is not None and topic.end_s is not None
        span = f" ({place(topic.start_s)}–{place(topic.end_s)})" if known else ""
        mood = it.content["moods"].get((topic.start_s, topic.end_s))
        yield Heading(line(said(topic.title), Phrase(f"{span} ({mood})" if mood else span, quiet=True)), level=2)
        yield _points(it, topic)


def _points(it: Pieces, topic: Topic) -> Block:
    if not topic.points:
        return Paragraph(line(said(topic.text), it.at(topic.evidence)))
    return ItemList(tuple((it.point(point),) for point in topic.points))


def _named(it: Pieces) -> Iterator[Block]:
    parts: list[str | Phrase] = []
    for kind, names in it.content["named"]:
        parts += [" · " if parts else "", f"{it.say.named_kinds[kind]}: "]
        for number, name in enumerate(names):
            parts += [", " if number else "", said(name)]
    if parts:
        yield Paragraph(line(Phrase(f"{it.say.named} ", strong=True), *parts))


def _possible(it: Pieces) -> Iterator[Block]:
    if likely := sorted(it.minutes.possible, key=lambda item: -item.score):
        yield Heading(line(it.say.possible.of(len(likely))), level=2)
        yield ItemList(tuple((_likely(it, item),) for item in likely))


def _translated(it: Pieces) -> Iterator[Block]:
    section: TranslatedSection | None = it.content["translated"]
    if section is None:
        return
    yield Heading(line(section.heading))
    yield Paragraph(line(said(section.note)))
    for heading, lines in section.parts:
        yield Heading(line(said(heading)), level=2)
        facts = [(each, line(" (", said(each.facts), ")") if each.facts else ()) for each in lines]
        yield ItemList(tuple((line(said(each.text), more, it.at(each.evidence)),) for each, more in facts))
    if section.left:
        yield Heading(line(it.say.not_translated), level=2)
        why = it.content["told"]
        yield ItemList(tuple((line(quoted(words), ": ", said(ended(why(reason)))),) for words, reason in section.left))


def _likely(it: Pieces, item: PossibleItem) -> Line:
    return line(f"{it.say.possible_kinds[item.kind]}, {it.share(item.score)} ", it.said(item.evidence), it.at(item.evidence))

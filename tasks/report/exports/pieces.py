"""What the lines of a document are made of: quotes, times and marks, in the wording of its language."""

from typing import Any

from tasks.language.clock import due_days
from tasks.language.wording import Wording
from tasks.report.content import began, ended, is_spoken, page_content
from tasks.report.exports.blocks import Line, Phrase, line, quoted, said
from tasks.schema import ActionItem, Decision, Evidence, Minutes, NextMeeting, SummaryPoint


class Pieces:
    """The words of one meeting, and how they stand on its pages."""

    def __init__(self, minutes: Minutes, say: Wording) -> None:
        self.minutes, self.say = minutes, say
        self.content: dict[str, Any] = page_content(minutes, (), say)

    def said(self, evidence: Evidence) -> Line:
        """A quote, and whose it is."""
        speaker = (" (", said(evidence.speaker), ")") if evidence.speaker else ()
        return line(*quoted(evidence.quote), *speaker)

    def point(self, point: SummaryPoint) -> Line:
        """A sentence of a summary, or the quote that it is, with its time."""
        spoken = is_spoken(point.text, point.evidence)
        text = self.said(point.evidence) if spoken else line(said(began(ended(point.shown))))
        return line(text, self.at(point.evidence))

    def at(self, evidence: Evidence) -> Phrase:
        """When it was said."""
        return self.time(evidence.start_s)

    def time(self, start_s: float) -> Phrase:
        """A time behind what was said then."""
        return Phrase(f" [{self.content['place'](start_s)}]", quiet=True)

    def mark(self, item: ActionItem | Decision) -> str:
        """What people did to it."""
        if "added" in item.corrected:
            return f" ({self.say.added})"
        if item.corrected == ("accepted",):
            return f" ({self.say.accepted})"
        return f" ({self.say.corrected})" if item.corrected else ""

    def days(self, item: ActionItem | NextMeeting) -> str:
        """When it is due, or an empty text."""
        return due_days(item, self.say, self.minutes.recording.recorded_at.date())

    def share(self, share: float) -> str:
        """A part of the whole."""
        return self.say.share.format(percent=f"{share * 100:.0f}")

    def stage(self, name: str) -> str:
        """What readers call a stage."""
        return self.say.stages.get(name, name)

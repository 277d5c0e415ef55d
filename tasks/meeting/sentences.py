"""Sentences from segments: pieces of one speaker are joined across short pauses and cut where a sentence ends.

With punctuation the marks decide. Without it a pause ends a sentence unless a word is left hanging, and so does a phrase that
starts a new thought ("i will", "rob could you").
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tasks.meeting.lines import same_voice
from tasks.schema import Segment

_LONGEST_WORDS = 80
_MARK = re.compile(r"[.?!…]+[\"'”’)]*(?=\s+\S)")
_TITLE = re.compile(
    r"\b(?:Mr|Ms|Mrs|Dr|med|Prof|Sr|Rev|Gen|Col|Capt|Lt|Sgt|Hon|Sen|Gov|St|Mt|Ft|TP|Tp|TS|ThS|GS|PGS|BS|KS|LS|e\.g|i\.e)$"
)
"""Before a name."""
_COUNTED = re.compile(r"\b(?:Nos?|pp?|fig|vol|art|sec|ch|Q|P)$", re.IGNORECASE)
"""Before a number."""
_SHORTENED = re.compile(
    r"(?:\b\w\.\w|\b(?:inc|ltd|corp|co|llc|plc|bros|jr|dept|approx|etc|vs|est|min|max|no|ext|ave|blvd|jan|feb|mar|apr|jun|jul|"
    r"aug|sept?|oct|nov|dec|mon|tues?|wed|thu(?:rs)?|fri|sat|sun))$",
    re.IGNORECASE,
)
"""Ends a sentence only before a capital, and no name of a day: `9 a.m. Monday`."""
_DAY_NAME = re.compile(
    r"\s+(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October|"
    r"November|December)\b(?! (?:is|are|was|will|works|would|can|could|should|might|may|has|looks|suits)\b)"
)
_INITIAL = re.compile(r"(?:^|(?P<before>[\w'’]+)\s+|\W)[A-Z]$")
_LETTERED = frozenset(
    "plan option team group class type part section appendix room building gate grade version item phase".split()
)
_STARTS = re.compile(
    r"\s+(?:I|we|you|he|she|they|it|the|this|that|then|so|and|but|let's|let|please|okay|ok|yes|no|what|who|when|can|could|will|would|"
    r"if|in|on|by|as|there|our|my)\b",
    re.IGNORECASE,
)
_HANGING = re.compile(
    r"(?:^|\s)(?:a|an|the|my|your|his|her|our|their|this|these|to|of|in|on|at|by|for|from|with|about|before|after|until|and|"
    r"or|but|because|will|would|could|can|should|shall|i|we|you|please|let|me|i'll|we'll|is|are|am|going|gonna|not|also|"
    r"just|sẽ|và|của|cho|với|để|thì|là|trước|vào|trong|đến|anh|chị|em|tôi|các|những|được|bị)$",
    re.IGNORECASE,
)
_CONTINUES = re.compile(
    r"^(?:by|before|until|till|on|in|at|to|of|for|from|with|about|than|tomorrow|tonight|next (?:week|month)|and (?!i\b|we\b|"
    r"you\b|then\b|he\b|she\b|they\b|it\b|what\b|who\b|when\b|how\b|this\b|that\b)|or\b|because|instead|please$|as soon|"
    r"trước|vào|trong|đến|cho|với|và (?!tôi|em|anh|chị)|ngày|nhé|tuần|được không)\b",
    re.IGNORECASE,
)
_LEAD = (
    r"(?:(?:and|so|then|but|okay|ok|well|now|yes|no|sorry|yeah|good|fine|great|right|all right|maybe|actually|còn|và|vậy|"
    r"thế|dạ|rồi) )*"
)
_OPENERS = (
    r"i will|i'll|i am going to|i'm going to|i'm gonna|i think (?:i|we|you|it|that)|i already|i would|i won't|i can't|"
    r"i cannot|i (?:agree|understand|see|know|don't)|let me|let us|let's|could you|can you|would you|will you|"
    r"(?:then )?it is (?:decided|settled)|we (?:will|have decided|decided|agreed|agree|go with|should|need to|have to|"
    r"do not|don't)\b|have a (?:good|nice|great)|thank you|thanks|scrap that|forget (?:that|it|about)|never mind|"
    r"cancel that|no need|what about|what (?:is|do|if)|who (?:will|is|can)|how (?:long|much|many|do|can)|the (?:next|first|"
    r"last) (?:question|point|thing)|that is|that's|this is|my name is|if (?:we|i)|(?:tôi|em|mình) (?:sẽ|đã|là)|chúng ta|"
    r"cảm ơn|để (?:tôi|em|mình)|ai sẽ|còn ai"
)
_SUBORDINATING = frozenset(
    "what when whenever where why how which who whom whose if whether that because since think guess hope said say says "
    "told know believe than before after until while as so for of with about to everything anything things something is was "
    "thing like and or "
    "nếu khi rằng là mà vì nói bảo nghĩ hy vọng".split()
)
_BEFORE_PRONOUN = frozenset("take do handle of with scrap forget remember like".split())
_LEADING_IN = frozenset(
    "by before on tomorrow next in until if when maybe perhaps once last unless nếu khi sau trước giá".split()
)


@dataclass(frozen=True)
class Sentence:
    """One sentence of one speaker, in the words of its segments."""

    index: int
    """Its place in the meeting."""
    text: str
    speaker: str | None
    language: str
    segment_ids: tuple[str, ...]
    start_s: float
    end_s: float
    marked: bool
    """Whether the recognizer writes question marks."""
    starts_turn: bool = False
    """True when another speaker, or a long pause, comes before it."""

    @property
    def is_question(self) -> bool:
        """Whether it ends with a question mark."""
        return self.text.rstrip("\"'”’) ").endswith("?")


def split_sentences(segments: Sequence[Segment], name_pattern: str, punctuated: bool) -> list[Sentence]:
    """The sentences of a meeting in order."""
    people = rf"(?:{name_pattern})(?: (?:and|và) (?:{name_pattern}))?"
    called = rf"{people},? (?:could|can|would|will|please|is going to|sẽ|ơi)"
    opener = re.compile(rf"(?<!\S)(?P<lead>{_LEAD})(?:{_OPENERS}|{called})(?!\w)", re.IGNORECASE)
    address = re.compile(rf"(?:{called})(?!\w)", re.IGNORECASE)
    sentences: list[Sentence] = []
    for run in _runs(segments):
        sentences.extend(_cut_run(run, opener, address, len(sentences), punctuated))
    return sentences


def _runs(segments: Iterable[Segment]) -> Iterator[list[Segment]]:
    run: list[Segment] = []
    for segment in segments:
        if not segment.text.strip():
            continue
        if run and not same_voice(run[-1], segment):
            yield run
            run = []
        run.append(segment)
    if run:
        yield run


def _cut_run(
    run: Sequence[Segment], opener: re.Pattern[str], address: re.Pattern[str], index: int, punctuated: bool
) -> Iterator[Sentence]:
    starts: list[int] = []
    text = ""
    for segment in run:
        starts.append(len(text) + 1 if text else 0)
        text = f"{text} {segment.text.strip()}" if text else segment.text.strip()
    edges = _edges_at_marks(text, starts, address, opener) if punctuated else _edges_at_openers(text, starts, opener)
    for start, end in pairwise([0, *_with_long_ones_cut(text, edges, starts), len(text)]):
        piece = text[start:end]
        if not piece.strip():
            continue
        first, last = start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()) - 1
        inside = [
            segment
            for segment, begin in zip(run, starts, strict=True)
            if begin <= last and begin + len(segment.text.strip()) > first
        ]
        yield Sentence(
            index=index,
            text=piece.strip(),
            speaker=run[0].speaker,
            language=run[0].language,
            segment_ids=tuple(segment.id for segment in inside),
            start_s=inside[0].start_s,
            end_s=inside[-1].end_s,
            marked=punctuated,
            starts_turn=start == 0,
        )
        index += 1


def _edges_at_marks(text: str, starts: Sequence[int], address: re.Pattern[str], opener: re.Pattern[str]) -> list[int]:
    """Sentence ends in text with marks.

    Recognizers write a comma where somebody pauses and then calls another person, or goes on with a new thought: `I agree with
    Jennifer, So we decided to sell it`.
    """
    marks = {match.end() for match in _MARK.finditer(text) if _ends_sentence(text, match)}
    paused = [start for start in starts[1:] if not _HANGING.search(text[: start - 1])]
    called = {start for start in paused if address.match(text, start)}
    goes_on = {start for start in paused if (match := opener.match(text, start)) and match["lead"]}
    return sorted(marks | called | {start for start in goes_on if not _depends(text, start, marks)})


def _ends_sentence(text: str, mark: re.Match[str]) -> bool:
    """Whether it is more than the full stop of an abbreviation: `Dr. Lee`, `No. 5`, `9 a.m. tomorrow`, `J. Smith`."""
    if mark[0] != ".":
        return True
    before, after = text[: mark.start()], text[mark.end() :]
    following = after.lstrip()[0]
    if _TITLE.search(before) or (_COUNTED.search(before) and following.isdigit()):
        return False
    if _SHORTENED.search(before):
        return following.isupper() and not _DAY_NAME.match(after)
    initial = _INITIAL.search(before)
    return not initial or bool(_STARTS.match(after)) or (initial["before"] or "").lower() in _LETTERED


def _depends(text: str, start: int, edges: Iterable[int]) -> bool:
    """Whether what begins here is a part of the sentence before."""
    before = text[max((edge for edge in edges if edge <= start), default=0) : start].split()
    return not before or _subordinates(before) or _leads_in(before)


def _edges_at_openers(text: str, starts: Sequence[int], opener: re.Pattern[str]) -> list[int]:
    """Sentence ends in text without marks."""
    edges = {start for start in starts[1:] if not _HANGING.search(text[: start - 1]) and not _CONTINUES.match(text[start:])}
    for match in opener.finditer(text):
        if not _depends(text, match.start(), edges):
            edges.add(match.start())
    return sorted(edges)


def _subordinates(before: Sequence[str]) -> bool:
    """Whether the words in front make what follows a part of their sentence; `take that | i will` do not."""
    points_back = before[-1].lower() == "that" and len(before) > 1 and before[-2].lower() in _BEFORE_PRONOUN
    return before[-1].lower() in _SUBORDINATING and not points_back


def _leads_in(before: Sequence[str]) -> bool:
    """`by friday | i will`, `if i can | i will`: a time or a condition in front of its sentence belongs to it."""
    return len(before) <= 8 and before[0].lower() in _LEADING_IN


def _with_long_ones_cut(text: str, edges: Sequence[int], starts: Sequence[int]) -> list[int]:
    """The edges, and segment borders inside stretches that are too long for one sentence."""
    result = list(edges)
    for start, end in pairwise([0, *edges, len(text)]):
        if len(text[start:end].split()) > _LONGEST_WORDS:
            result += [border for border in starts if start < border < end]
    return sorted(set(result))

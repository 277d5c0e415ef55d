"""Which language a recording is in: a vote of windows from all over it, never the first thirty seconds alone."""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import log

from pydantic import Field

from tasks.language.messages import message
from tasks.schema import Message, Model, Notice, NoticeKind, Region

VOTERS = 12
_FLOOR = 0.5
"""A window votes when the engine believes in one language at least this much."""
_CLEAR = 0.8
"""With this share of the votes one language is taken for all windows, else each window has its own of those voted for."""
_ODDS = 10.0
"""A window speaks for another language than the recording's likeliest if it finds that so many times as likely. Of windows of
LibriSpeech, AMI and VIVOS by Whisper base, those in the other of two languages had odds of 117 and more; those that were taken
for Welsh or Latin had 3 at most."""
_LEAST = 1e-3
"""A belief below this is as good as none: one window must not outvote all others."""

_DOUBTFUL = 0.6
"""Mean belief below which a reader is told of the choice. Of 105 clips, clean and made worse, Whisper base took 22 for a wrong
language, 15 of them with less; of the 83 others, 11. The clean ones that it took for Welsh and Latin had 0.57 and 0.58."""


class Vote(Model):
    """The language of all windows, or None where each is judged by itself; and what the reader should know."""

    language: str | None
    languages: tuple[str, ...] = Field(default=(), description="those that a window judged by itself may be in; any where empty")
    notices: tuple[Notice, ...] = ()


def choose_voters(windows: Sequence[Region]) -> list[Region]:
    """The longest windows of equal stretches of the recording, in order of time."""
    count = min(VOTERS, len(windows))
    stretches = [windows[number * len(windows) // count : (number + 1) * len(windows) // count] for number in range(count)]
    return [max(stretch, key=lambda window: window.duration_s) for stretch in stretches]


def count_votes(probabilities: Sequence[dict[str, float]]) -> Vote:
    """The outcome of a vote. Nobody sure: the language that is most probable over all windows, and a warning."""
    if not probabilities:
        return Vote(language=None)
    likeliest = _likeliest(probabilities)
    votes = Counter(_favourite(window, likeliest) for window in probabilities if max(window.values()) >= _FLOOR)
    if not votes:
        warning = _notice(NoticeKind.WARNING, message("no_clear_language", language=likeliest))
        return Vote(language=likeliest, notices=(warning,))
    first, most = votes.most_common(1)[0]
    if most >= _CLEAR * votes.total():
        return Vote(language=first, notices=tuple(_doubt(first, probabilities)))
    shares = ", ".join(f"{code} {count / votes.total():.0%}" for code, count in votes.most_common())
    remark = _notice(NoticeKind.INFO, message("several_languages", shares=shares))
    return Vote(language=None, languages=tuple(code for code, _ in votes.most_common()), notices=(remark,))


def _favourite(window: dict[str, float], likeliest: str) -> str:
    first = max(window, key=lambda code: window[code])
    return first if window[first] >= _ODDS * window.get(likeliest, 0.0) else likeliest


def _doubt(language: str, probabilities: Sequence[dict[str, float]]) -> Iterator[Notice]:
    belief = sum(window.get(language, 0.0) for window in probabilities) / len(probabilities)
    if belief < _DOUBTFUL:
        yield _notice(NoticeKind.WARNING, message("doubtful_language", language=language, share=belief))


def _likeliest(probabilities: Sequence[dict[str, float]]) -> str:
    """The language of all windows, if they have one: the product of what they believe is largest for it."""
    codes = dict.fromkeys(code for window in probabilities for code in window)
    return max(codes, key=lambda code: sum(log(max(window.get(code, 0.0), _LEAST)) for window in probabilities))


def _notice(kind: NoticeKind, said: Message) -> Notice:
    return Notice.of(kind, "transcription", said)

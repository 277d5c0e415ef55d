"""Which language a recording is in: a vote of windows from all over it, never the first thirty seconds alone."""

from collections import Counter
from collections.abc import Iterator, Sequence

from tasks.language.messages import message
from tasks.schema import Message, Model, Notice, NoticeKind, Region

VOTERS = 12
_FLOOR = 0.5
"""A window votes when the engine believes in one language at least this much."""
_CLEAR = 0.8
"""With this share of the votes one language is taken for all windows, else each window has its own."""

_DOUBTFUL = 0.6
"""Mean belief below which a reader is told of the choice. Of 105 clips, clean and made worse, Whisper base took 22 for a wrong
language, 15 of them with less; of the 83 others, 11. The clean ones that it took for Welsh and Latin had 0.57 and 0.58."""


class Vote(Model):
    """The language of all windows, or None where each is judged by itself; and what the reader should know."""

    language: str | None
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
    favourites = [max(window, key=lambda code: window[code]) for window in probabilities]
    votes = Counter(code for code, window in zip(favourites, probabilities, strict=True) if window[code] >= _FLOOR)
    if not votes:
        likeliest = _likeliest(probabilities)
        warning = _notice(NoticeKind.WARNING, message("no_clear_language", language=likeliest))
        return Vote(language=likeliest, notices=(warning,))
    first, most = votes.most_common(1)[0]
    if most >= _CLEAR * votes.total():
        return Vote(language=first, notices=tuple(_doubt(first, probabilities)))
    shares = ", ".join(f"{code} {count / votes.total():.0%}" for code, count in votes.most_common())
    remark = _notice(NoticeKind.INFO, message("several_languages", shares=shares))
    return Vote(language=None, notices=(remark,))


def _doubt(language: str, probabilities: Sequence[dict[str, float]]) -> Iterator[Notice]:
    belief = sum(window.get(language, 0.0) for window in probabilities) / len(probabilities)
    if belief < _DOUBTFUL:
        yield _notice(NoticeKind.WARNING, message("doubtful_language", language=language, share=belief))


def _likeliest(probabilities: Sequence[dict[str, float]]) -> str:
    total: Counter[str] = Counter()
    for window in probabilities:
        total.update(window)
    return total.most_common(1)[0][0]


def _notice(kind: NoticeKind, said: Message) -> Notice:
    return Notice.of(kind, "transcription", said)

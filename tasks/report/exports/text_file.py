"""`minutes.txt`: the document in plain text, to paste anywhere."""

import textwrap
from collections.abc import Iterator

from tasks.report.content import unlinked
from tasks.report.exports.blocks import Block, Document, Grid, Heading, ItemList, Line, Paragraph, SpokenLine

_WIDTH = 100


def to_text(document: Document, *, links: bool = True) -> str:
    """The text; without `links` an address in it is not one that a mail program makes a link of."""
    text = "\n".join("\n".join(_lines(block)) for block in document.blocks).strip("\n") + "\n"
    return text if links else unlinked(text)


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            words = _plain(block.line)
            yield from (
                ("", "", words, ("=" if block.level == 0 else "-") * min(_WIDTH, len(words))) if block.level < 2 else ("", words)
            )
        case Paragraph():
            yield ""
            yield from _wrapped(_plain(block.line), "  " if block.proof else "")
        case ItemList():
            yield ""
            for number, (first, *others) in enumerate(block.items, start=1):
                mark = f"{number}. " if block.numbered else "- "
                yield from _wrapped(_plain(first), mark, " " * len(mark))
                for other in others:
                    yield from _wrapped(_plain(other), " " * len(mark) + "  ")
        case Grid():
            yield ""
            yield from _table(block)
        case SpokenLine():
            yield ""
            yield from _wrapped(f"{block.at}  {_plain((*block.named, *block.words))}", "", " " * 10)


def _table(grid: Grid) -> Iterator[str]:
    """Each row as one line of what is in it, with the heads where there is something: tables break where lines are narrow."""
    for row in grid.rows:
        cells = [f"{head}: {_plain(cell)}" if head else _plain(cell) for head, cell in zip(grid.heads, row, strict=True)]
        yield from _wrapped(" | ".join(cells), "", "    ")


def _plain(line: Line) -> str:
    return "".join(phrase.shown for phrase in line).strip()


def _wrapped(text: str, first: str, others: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=first if others is None else others,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]

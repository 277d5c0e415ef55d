"""`minutes.pdf`: the document on paper, by WeasyPrint. It reads no file and no address: all it is given is the page itself."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from tasks.report.exports.blocks import Document
from tasks.report.exports.paper import to_html


def to_pdf(document: Document) -> bytes:
    """The bytes of the file, with headings as bookmarks and tags for screen readers."""
    return print_pdf(to_html(document))


def letters_without_a_font(document: Document) -> str:
    """The letters of the document that no font of this machine has, each once."""
    text = to_html(document, styled=False)
    letters = sorted({letter for letter in text if not letter.isascii() and not letter.isspace()})
    with _missing_letters() as missing:
        print_pdf("<!DOCTYPE html><title>-</title>" + "".join(f"<p>{letter}" for letter in letters))
    return "".join(dict.fromkeys(missing))


def print_pdf(page: str) -> bytes:
    """An HTML page as a PDF that screen readers can follow (PDF/UA-1). Nothing that the page names is fetched."""
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    with _missing_letters():
        pdf = HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=())).write_pdf(
            pdf_variant="pdf/ua-1", presentational_hints=True
        )
    assert isinstance(pdf, bytes)
    return pdf


@contextmanager
def _missing_letters() -> Iterator[list[str]]:
    """The letters that WeasyPrint finds in no font inside the block. What it says may be spoken, so none gets into a log."""
    found: list[str] = []

    def note(record: logging.LogRecord) -> bool:
        if str(record.msg).startswith(".notdef glyph") and isinstance(record.args, tuple):
            found.append(str(record.args[0]))
        return False

    log = logging.getLogger("weasyprint")
    log.addFilter(note)
    try:
        yield found
    finally:
        log.removeFilter(note)

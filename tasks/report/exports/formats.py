"""Which exports there are, what each needs to be installed, and how it is made."""

from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec

from tasks.language.messages import message
from tasks.language.wording import wording_for
from tasks.report.content import subject
from tasks.report.exports.csv_file import to_csv
from tasks.report.exports.document import meeting_document
from tasks.report.exports.docx_file import to_docx
from tasks.report.exports.mail_draft import to_mail
from tasks.report.exports.pdf_file import letters_without_a_font, to_pdf
from tasks.report.exports.text_file import to_text
from tasks.report.options import Format, ReportOptions
from tasks.schema import Minutes, Notice, NoticeKind, Transcript

NAMES = {
    Format.DOCX: "minutes.docx",
    Format.PDF: "minutes.pdf",
    Format.TXT: "minutes.txt",
    Format.EML: "minutes.eml",
    Format.CSV: "minutes.csv",
}
_PACKAGES = {Format.DOCX: "docx", Format.PDF: "weasyprint"}
_INSTALL = "pip install 'audio-minutes[export]'"
_SYSTEM = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0, or see docs/exports.md"


def lacking(formats: Iterable[Format]) -> Iterator[tuple[Format, str]]:
    """What this machine lacks for these formats, and what to install."""
    for form in dict.fromkeys(formats):
        package = _PACKAGES.get(form)
        if package and not find_spec(package):
            yield form, f"{form} needs '{package}', which is not installed: {_INSTALL}"
        elif form is Format.PDF and not can_print():
            yield form, f"pdf needs Pango, which is not on this machine: {_SYSTEM}"


def export_notices(options: ReportOptions, minutes: Minutes, transcript: Transcript) -> tuple[Notice, ...]:
    """What readers should know of the chosen formats: which cannot be written here, and which letters a PDF would lack."""
    missing = dict(lacking(options.formats))
    said = [message("export_left_out", why, name=NAMES[form]) for form, why in missing.items()]
    if Format.PDF in options.formats and Format.PDF not in missing:
        letters = letters_without_a_font(meeting_document(minutes, transcript, options.language))
        said += [message("pdf_letters_missing", letters=letters)] if letters else []
    return tuple(Notice.of(NoticeKind.WARNING, "report", each) for each in said)


def render_export(name: str, minutes: Minutes, transcript: Transcript, options: ReportOptions) -> str | bytes:
    """The content of one of the files. A mail is to be read at once, and comes without the transcript."""
    document = meeting_document(minutes, None if name == NAMES[Format.EML] else transcript, options.language)
    about = subject(minutes, wording_for(options.language, minutes.language))
    makers: dict[str, Callable[[], str | bytes]] = {
        NAMES[Format.DOCX]: lambda: to_docx(document, minutes),
        NAMES[Format.PDF]: lambda: to_pdf(document),
        NAMES[Format.TXT]: lambda: to_text(document),
        NAMES[Format.EML]: lambda: to_mail(document, about, options.mail_to),
        NAMES[Format.CSV]: lambda: to_csv(minutes),
    }
    return makers[name]()


def can_print() -> bool:
    """Whether the system has the libraries that WeasyPrint draws with."""
    try:
        import weasyprint  # noqa: F401
    except OSError:
        return False
    return True

"""`minutes.eml`: a mail that is not sent yet, which mail programs open to be looked at, addressed and sent."""

import hashlib
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from tasks.report.exports.blocks import Document, Phrase
from tasks.report.exports.paper import to_html
from tasks.report.exports.text_file import to_text

_LONGEST_SUBJECT = 200


def to_mail(document: Document, subject: str, recipients: Sequence[str] = ()) -> bytes:
    """The draft, in plain text and as HTML; addressed only to whom the configuration names."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = Phrase(subject).text[:_LONGEST_SUBJECT]
    if recipients:
        mail["To"] = [Address(addr_spec=address) for address in recipients]
    mail["X-Unsent"] = "1"
    mail.set_content(to_text(document, links=False))
    mail.add_alternative(to_html(document, styled=False), subtype="html")
    mail.set_boundary(hashlib.sha256(str(document).encode()).hexdigest())  # the same minutes give the same file
    return mail.as_bytes()

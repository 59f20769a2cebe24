"""A reminder as a draft that opens in a mail program: Outlook, Thunderbird, Apple Mail."""

from __future__ import annotations

import hashlib
import re
from email import policy
from email.message import EmailMessage
from pathlib import Path

from toolkit.report.remind import Chase, Chasing, letter, subject

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_WORKBOOK = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
# RFC 5322 lines end in CRLF; Vietnamese goes as UTF-8 in encoded words and quoted-printable.
_POLICY = policy.SMTP.clone(cte_type="7bit")


def recipients(email: str) -> str:
    """The addresses of a cell of the sheet Đơn vị, "" where there is none to write to.

    Whatever is no plain address is left out: a person fills it in before sending.
    """
    parts = (part.strip() for part in re.split(r"[;,\s]+", email))
    return ", ".join(part for part in parts if _ADDRESS.fullmatch(part))


def draft(chasing: Chasing, chase: Chase, lang: str) -> bytes:
    """The message as the bytes of an ``.eml``; the same chase gives the same bytes.

    ``X-Unsent`` makes Outlook open it for sending. The sender and the time are left to the
    mail program. The copy to mend is attached where there is one; raises OSError where it
    cannot be read.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["To"] = recipients(chase.unit.email)
    mail["Subject"] = subject(chasing, chase, lang)
    mail["X-Unsent"] = "1"
    body = letter(chasing, chase, lang)
    mail.set_content(body, charset="utf-8", cte="quoted-printable")
    if chase.correction is not None:
        _attach(mail, chase.correction)
        # By default the boundary is drawn by chance.
        digest = hashlib.sha256(body.encode("utf-8")).hexdigest()
        mail.set_boundary(f"=_baocao_{digest[:32]}")
    return mail.as_bytes()


def _attach(mail: EmailMessage, file: Path) -> None:
    kind, subtype = _WORKBOOK if file.suffix == ".xlsx" else ("application", "octet-stream")
    mail.add_attachment(file.read_bytes(), maintype=kind, subtype=subtype, filename=file.name)

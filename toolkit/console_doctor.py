"""What the command doctor prints, and what the reasons of the system are called."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from typing import TYPE_CHECKING

from toolkit.findings import Finding, Severity
from toolkit.messages import catalogue, message, text

if TYPE_CHECKING:
    from toolkit.workflow.doctor import Checkup


def examined(done: Checkup, lang: str, *, mend: bool) -> list[str]:
    """What was put right, what is wrong, and what to do next."""
    from toolkit.workflow.doctor import mendable

    out = []
    if done.mended:
        out.append(text("doctor.mended", lang, count=len(done.mended)))
        out += [_mended(one, lang) for one in done.mended]
    wrong = [f for f in done.findings if f.severity is not Severity.NOTE]
    if wrong:
        out.append(text("doctor.wrong", lang, count=len(wrong)))
        out += [_line("✘" if f.severity is Severity.ERROR else "!", f, lang) for f in wrong]
    out += [_line("·", f, lang) for f in done.findings if f.severity is Severity.NOTE]
    counts = {"originals": done.originals, "editions": done.editions}
    out.append(text("doctor.looked", lang, **counts))
    if done.clean:
        out.append(text("doctor.clean", lang))
    elif not mend and any(mendable(f) for f in wrong):
        out.append(text("doctor.next", lang))
    elif mend:
        out.append(text("doctor.left", lang))
    return out


def _mended(finding: Finding, lang: str) -> str:
    """What was done about a finding; what it said was true before."""
    # What was put right by the way (a summary that a mended register fits again) has no text.
    key = f"doctor.done.{finding.code.removeprefix('doctor.')}"
    if key not in catalogue(lang):
        key = "doctor.done.other"
    said = text(key, lang, **finding.params)
    return text("doctor.line", lang, mark="✔", file=finding.address.file, said=said)


def _line(mark: str, finding: Finding, lang: str) -> str:
    return text(
        "doctor.line", lang, mark=mark, file=finding.address.file, said=message(finding, lang)
    )


def examined_json(done: Checkup, lang: str) -> dict[str, object]:
    """The same for machines."""
    return {
        "clean": done.clean,
        "originals": done.originals,
        "editions": done.editions,
        "findings": [_shape(f, lang) for f in done.findings],
        "mended": [_shape(f, lang) for f in done.mended],
    }


def _shape(finding: Finding, lang: str) -> dict[str, object]:
    from toolkit.workflow.doctor import mendable

    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "file": finding.address.file,
        "message": message(finding, lang),
        "mendable": mendable(finding),
    }


# --- the reasons of the system --------------------------------------------------------------

_REASONS: Mapping[int, str] = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EFBIG: "full",
    errno.EACCES: "denied",
    errno.EPERM: "denied",
    errno.EROFS: "read_only",
    errno.ENOENT: "absent",
    errno.EIO: "disk",
    errno.EBUSY: "in_use",
    errno.ETXTBSY: "in_use",
    errno.ENAMETOOLONG: "name",
    errno.ENOTDIR: "kind",
    errno.EISDIR: "kind",
    errno.ESTALE: "share",
    errno.EHOSTDOWN: "share",
    errno.ENETUNREACH: "share",
    errno.ETIMEDOUT: "share",
}
_SHARING_VIOLATION = 32  # of Windows: open in another program


def system_error(error: BaseException | None) -> OSError | None:
    """The fault of the system that an error comes from, the error itself first."""
    while error is not None:
        if isinstance(error, OSError) and error.errno is not None:
            return error
        error = error.__cause__ or error.__context__
    return None


def reason(error: OSError, lang: str) -> str:
    """What the system says, in the user's words; as it says it where there are none."""
    if getattr(error, "winerror", None) == _SHARING_VIOLATION:
        return text("os.in_use", lang)
    key = _REASONS.get(error.errno or 0)
    return text(f"os.{key}", lang) if key else str(error.strerror or error)

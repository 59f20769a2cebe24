"""Whether a folder lies on a network share, where the locks of SQLite cannot be relied on.

SQLite asks the file system for its locks; network file systems answer at times without
keeping their word (https://sqlite.org/faq.html#q5, https://sqlite.org/wal.html). The register
keeps to the rollback journal everywhere, and on a share :mod:`toolkit.register.lock` keeps
commands on different machines apart by a lock file of its own.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path, PurePosixPath

# As Linux names the types of its mounts. Every "fuse." type is taken for a share: what is
# behind it cannot be seen (sshfs, rclone, OneDrive), and the lock file does no harm.
_SHARES = frozenset(
    {
        *("9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "gfs2", "glusterfs"),
        *("lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "prl_fs", "smb2", "smb3", "smbfs"),
        *("vboxsf", "virtiofs", "vmhgfs"),
    }
)
_MOUNTS = Path("/proc/self/mounts")
_REMOTE_DRIVE = 4  # DRIVE_REMOTE of GetDriveTypeW
_ESCAPED = re.compile(r"\\([0-7]{3})")


def share_kind(folder: Path) -> str:
    """The type of the network share a folder lies on; "" on a disk of this machine."""
    where = folder.resolve()
    if sys.platform == "win32":
        return _windows_kind(str(where))
    try:
        mounts = _MOUNTS.read_text("utf-8", "surrogateescape")
    except OSError:
        return ""  # a system without the table: macOS
    return kind_in(mounts, where.as_posix())


def kind_in(mounts: str, folder: str) -> str:
    """The type of the share that holds ``folder`` by a mount table as in /proc/mounts.

    The longest mount point above the folder counts, of two on one point the later.
    """
    parts = PurePosixPath(folder).parts
    best, kind = 0, ""
    for line in mounts.splitlines():
        words = line.split(" ")
        if len(words) < 3:
            continue
        point = PurePosixPath(_ESCAPED.sub(lambda m: chr(int(m[1], 8)), words[1])).parts
        if parts[: len(point)] == point and len(point) >= best:
            best, kind = len(point), words[2]
    return kind if kind in _SHARES or kind.startswith("fuse.") else ""


def is_unc(folder: str) -> bool:
    r"""Whether a Windows path names a share: ``\\machine\share`` or ``\\?\UNC\machine\share``."""
    path = folder.replace("/", "\\")
    if path.startswith(("\\\\?\\", "\\\\.\\")):
        return path[4:8].upper() == "UNC\\"
    return path.startswith("\\\\")


def _windows_kind(folder: str) -> str:
    if is_unc(folder):
        return "UNC"
    if sys.platform == "win32":
        import ctypes

        drive = ctypes.windll.kernel32.GetDriveTypeW(folder[:2] + "\\")
        return "smb" if drive == _REMOTE_DRIVE else ""
    return ""

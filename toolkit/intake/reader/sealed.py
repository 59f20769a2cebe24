"""Workbooks sealed with the password that Excel itself gives: no user is ever asked for it.

Excel encrypts an old workbook whose structure is protected, under a password that every
spreadsheet program knows and tries first (MS-OFFCRYPTO 2.4.2.3). Its sender sees no password.
"""

from __future__ import annotations

import io
import warnings

from toolkit.errors import UnreadableFile

_KNOWN = "VelvetSweatshop"


def unsealed(data: bytes) -> bytes:
    """The workbook within a file that Excel opens without asking for a password.

    Raises UnreadableFile("reader.encrypted") where the password is the sender's own.
    """
    with warnings.catch_warnings():
        # The ciphers of old files are deprecated: that is no news to the user.
        warnings.simplefilter("ignore")
        import msoffcrypto

        opened = io.BytesIO()
        try:
            file = msoffcrypto.OfficeFile(io.BytesIO(data))
            file.load_key(password=_KNOWN)
            file.decrypt(opened)
        except MemoryError:
            raise
        # Another password, or damage, which the library answers with whatever its code runs
        # into (ValueError, struct.error, ExpatError, …): either way nothing can be read.
        except Exception as error:
            raise UnreadableFile("reader.encrypted") from error
    return opened.getvalue()

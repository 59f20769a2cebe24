"""The tables of the register and how an older register is brought up to date.

The version stands in ``PRAGMA user_version``; each migration and its version number share
one transaction, so that a register is always whole at one version. Before an older register
is changed, a copy of it is put beside it: ``baocao.db.v1``. The rollback journal
(SQLite's default) is kept: WAL does not work on the network shares offices keep folders on.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from toolkit.errors import ToolkitError
from toolkit.register.archive import ARCHIVE
from toolkit.register.files import replacing
from toolkit.register.journal import journal_path

# How long a command waits for another one that is writing.
BUSY_SECONDS = 30.0

# Written once and never edited: a change of the tables is a new entry at the end.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        # The bytes that came in, each once.
        """CREATE TABLE originals (
            sha256 TEXT PRIMARY KEY,
            stored TEXT NOT NULL,      -- path of the archived copy, forward slashes
            size   INTEGER NOT NULL    -- bytes
        )""",
        # The judgement on an original, as of the last time it was judged. unit and period
        # are '' where not identified.
        """CREATE TABLE submissions (
            id          INTEGER PRIMARY KEY,
            sha256      TEXT NOT NULL UNIQUE REFERENCES originals (sha256),
            file        TEXT NOT NULL,  -- the name it came under, first
            programme   TEXT NOT NULL,
            fingerprint TEXT NOT NULL,  -- of the programme its template was made from
            judged_with TEXT NOT NULL,  -- of the programme it was judged with
            unit        TEXT NOT NULL,
            period      TEXT NOT NULL,
            received    TEXT NOT NULL,  -- ISO date of the first receipt
            modified    TEXT,           -- ISO, as the document's own properties say
            outcome     TEXT NOT NULL,
            errors      INTEGER NOT NULL,
            warnings    INTEGER NOT NULL,
            current     INTEGER NOT NULL DEFAULT 0 CHECK (current IN (0, 1))
        )""",
        "CREATE INDEX submissions_of_key ON submissions (period, unit)",
        # At most one return counts for a unit and period, whatever a program does.
        """CREATE UNIQUE INDEX one_current ON submissions (period, unit) WHERE current = 1""",
        # The value is text with its kind beside it: a number comes back digit for digit.
        """CREATE TABLE answers (
            submission INTEGER NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
            form  TEXT NOT NULL,
            row   TEXT NOT NULL,
            field TEXT NOT NULL,
            seq   INTEGER NOT NULL,     -- order in the return
            state TEXT NOT NULL,
            kind  TEXT,                 -- 'decimal', 'date', 'text', NULL: no value
            value TEXT,
            raw   TEXT NOT NULL,
            sheet TEXT NOT NULL,
            cell  TEXT NOT NULL,
            PRIMARY KEY (submission, form, row, field)
        ) WITHOUT ROWID""",
        """CREATE TABLE ledgers (
            submission INTEGER NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
            seq      INTEGER NOT NULL,
            sheet    TEXT NOT NULL,
            nonempty INTEGER NOT NULL,
            used     INTEGER NOT NULL,
            ignored  INTEGER NOT NULL,
            rejected INTEGER NOT NULL,
            PRIMARY KEY (submission, seq)
        ) WITHOUT ROWID""",
        # Every file given, every time. sha256 is NULL where a file had no bytes to keep.
        """CREATE TABLE receipts (
            id         INTEGER PRIMARY KEY,
            sha256     TEXT REFERENCES originals (sha256),
            file       TEXT NOT NULL,
            received   TEXT NOT NULL,
            effect     TEXT NOT NULL,
            supersedes TEXT NOT NULL
        )""",
        "CREATE INDEX receipts_of_original ON receipts (sha256)",
        # What was said of a return, or of one receipt.
        """CREATE TABLE findings (
            id         INTEGER PRIMARY KEY,
            submission INTEGER REFERENCES submissions (id) ON DELETE CASCADE,
            receipt    INTEGER REFERENCES receipts (id) ON DELETE CASCADE,
            seq      INTEGER NOT NULL,
            code     TEXT NOT NULL,
            severity TEXT NOT NULL,
            file     TEXT,              -- NULL: the name of the return itself
            sheet    TEXT NOT NULL,
            cell     TEXT NOT NULL,
            found    TEXT NOT NULL,
            params   TEXT NOT NULL,     -- JSON object
            CHECK ((submission IS NULL) <> (receipt IS NULL))
        )""",
        "CREATE INDEX findings_of_submission ON findings (submission, seq)",
        "CREATE INDEX findings_of_receipt ON findings (receipt, seq)",
    ),
    (
        # What the officer decided, in the order of deciding. Nothing is ever taken away:
        # to undo is a decision too. A newer return of the unit has another hash.
        """CREATE TABLE decisions (
            id      INTEGER PRIMARY KEY AUTOINCREMENT,
            unit    TEXT NOT NULL,
            period  TEXT NOT NULL,
            sha256  TEXT NOT NULL REFERENCES originals (sha256),
            ruling  TEXT NOT NULL CHECK (ruling IN ('accept', 'return', 'reopen')),
            decided TEXT NOT NULL,      -- ISO time with offset
            reason  TEXT NOT NULL CHECK (trim(reason) <> ''),
            waived  TEXT NOT NULL       -- JSON array of codes
        )""",
        "CREATE INDEX decisions_of_key ON decisions (period, unit, sha256, id)",
    ),
    (
        # An edition is what was published of a period: never changed, never taken away.
        """CREATE TABLE editions (
            id          INTEGER PRIMARY KEY AUTOINCREMENT,
            period      TEXT NOT NULL,
            number      INTEGER NOT NULL,   -- 1, 2, … of the period
            closed      TEXT NOT NULL,      -- ISO time with offset
            reason      TEXT NOT NULL,      -- '' where nothing was lacking
            lang        TEXT NOT NULL,      -- of the files made
            programme   TEXT NOT NULL,      -- SHA-256 of the programme workbook
            stored      TEXT NOT NULL,      -- its archived copy, forward slashes
            fingerprint TEXT NOT NULL,
            judged_with TEXT NOT NULL,
            version     TEXT NOT NULL,      -- of the program that made it
            decisions   INTEGER NOT NULL,   -- the last decision before it
            lacking     TEXT NOT NULL,      -- JSON array of [unit, period, state]
            UNIQUE (period, number)
        )""",
        # The periods whose returns stay as they are while the edition is closed.
        """CREATE TABLE edition_periods (
            edition INTEGER NOT NULL REFERENCES editions (id),
            period  TEXT NOT NULL,
            PRIMARY KEY (edition, period)
        ) WITHOUT ROWID""",
        "CREATE INDEX edition_periods_of_period ON edition_periods (period)",
        # Every return on record then, of whatever period; counted: it was the one that counts.
        """CREATE TABLE edition_returns (
            edition  INTEGER NOT NULL REFERENCES editions (id),
            sha256   TEXT NOT NULL REFERENCES originals (sha256),
            unit     TEXT NOT NULL,
            period   TEXT NOT NULL,
            file     TEXT NOT NULL,
            received TEXT NOT NULL,
            counted  INTEGER NOT NULL CHECK (counted IN (0, 1)),
            PRIMARY KEY (edition, sha256)
        ) WITHOUT ROWID""",
        # Every figure published. Values as in answers; cells: JSON of [period, sheet, cell].
        """CREATE TABLE edition_figures (
            edition INTEGER NOT NULL REFERENCES editions (id),
            seq     INTEGER NOT NULL,
            form    TEXT NOT NULL,
            row     TEXT NOT NULL,
            field   TEXT NOT NULL,
            scope   TEXT NOT NULL,
            whose   TEXT NOT NULL,
            period  TEXT NOT NULL,
            measure TEXT NOT NULL,
            state   TEXT NOT NULL,
            kind    TEXT,
            value   TEXT,
            cells   TEXT NOT NULL,
            PRIMARY KEY (edition, seq),
            UNIQUE (edition, form, row, field, scope, whose, period, measure)
        ) WITHOUT ROWID""",
        """CREATE TABLE edition_files (
            edition INTEGER NOT NULL REFERENCES editions (id),
            name    TEXT NOT NULL,
            sha256  TEXT NOT NULL,
            size    INTEGER NOT NULL,
            PRIMARY KEY (edition, name)
        ) WITHOUT ROWID""",
        """CREATE TABLE reopenings (
            edition  INTEGER PRIMARY KEY REFERENCES editions (id),
            reopened TEXT NOT NULL,         -- ISO time with offset
            reason   TEXT NOT NULL CHECK (trim(reason) <> '')
        )""",
    ),
    (
        # That the cells of the original hold the figures on record; '': not known.
        "ALTER TABLE submissions ADD COLUMN proof TEXT NOT NULL DEFAULT ''",
    ),
)

VERSION = len(MIGRATIONS)


@contextlib.contextmanager
def translated(path: Path | str) -> Iterator[None]:
    """Say what SQLite cannot do in the user's words: a ToolkitError instead of its errors."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise  # our own mistake, not the user's
    except sqlite3.DatabaseError as error:
        name = getattr(error, "sqlite_errorname", "")
        raise ToolkitError(_error_key(name), file=path, reason=str(error)) from error


def _error_key(name: str) -> str:
    """The catalogue key for SQLite's error name: ``SQLITE_BUSY_SNAPSHOT`` is a BUSY."""
    keys = {
        "SQLITE_BUSY": "register.error.busy",
        "SQLITE_LOCKED": "register.error.busy",
        "SQLITE_NOTADB": "register.error.damaged",
        "SQLITE_CORRUPT": "register.error.damaged",
        "SQLITE_FULL": "register.error.full",
        "SQLITE_READONLY": "register.error.read_only",
        "SQLITE_CANTOPEN": "register.error.cannot_open",
        "SQLITE_PERM": "register.error.cannot_open",
        "SQLITE_PROTOCOL": "register.error.share",
        "SQLITE_IOERR_LOCK": "register.error.share",
        "SQLITE_IOERR_RDLOCK": "register.error.share",
        "SQLITE_IOERR_UNLOCK": "register.error.share",
        "SQLITE_IOERR_CHECKRESERVEDLOCK": "register.error.share",
    }
    return next(
        (key for start, key in keys.items() if name.startswith(start)), "register.error.other"
    )


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection to the register at ``path``, its tables at the present version.

    With ``read_only`` nothing is written: a register that is not there is an empty one, an
    older one is brought up to date in memory; only what a command that was killed left half
    is taken back. Raises ToolkitError for a register of a newer version, a file that is no
    register of ours, one that is gone though its journal is there, and whatever keeps SQLite
    from opening it.
    """
    if is_gone(path):
        raise ToolkitError("register.error.gone", file=path)
    with translated(path):
        connection = _open(path, read_only)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            found = _version(connection, path)
            if read_only and found < VERSION and path.exists():
                connection = _in_memory(connection)
            _migrate(connection, None if read_only else path)
            if read_only:
                # Also in memory: nothing may seem recorded that is not.
                connection.execute("PRAGMA query_only = ON")
        except BaseException:
            connection.close()
            raise
        return connection


def register_version(path: Path) -> int:
    """The version of the tables on the disk. Raises ToolkitError as :func:`connect`."""
    with translated(path), contextlib.closing(_open(path, read_only=True)) as connection:
        return _version(connection, path)


def is_gone(path: Path) -> bool:
    """Whether the register is missing or empty though originals have been received.

    A new one in its place would look like a folder where nothing has come in yet.
    """
    size = path.stat().st_size if path.is_file() else None
    if size is None:
        return not path.exists() and _has_bytes(journal_path(path.parent))
    archive = path.parent / ARCHIVE
    return size == 0 and archive.is_dir() and any(archive.iterdir())


def _has_bytes(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _open(path: Path, read_only: bool) -> sqlite3.Connection:
    # isolation_level None: transactions begin and end where store.py says, nowhere else.
    if not read_only:
        path.parent.mkdir(parents=True, exist_ok=True)
        return sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    if not path.exists():
        return sqlite3.connect(":memory:", isolation_level=None)
    uri = path.resolve().as_uri() + "?mode=ro"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA schema_version")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname != "SQLITE_READONLY_ROLLBACK":
            connection.close()
            raise
        # A command was killed while it wrote. SQLite takes back what was half written as soon
        # as somebody who may write reads; a reader alone would be refused for ever.
        with contextlib.closing(_open(path, read_only=False)) as writer:
            writer.execute("PRAGMA schema_version")
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _in_memory(connection: sqlite3.Connection) -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:", isolation_level=None)
    with contextlib.closing(connection):
        connection.backup(copy)
    copy.execute("PRAGMA foreign_keys = ON")
    return copy


def _version(connection: sqlite3.Connection, path: Path) -> int:
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if found > VERSION:
        raise ToolkitError("register.error.newer", file=path, found=found, known=VERSION)
    tables = {
        name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
    }
    if (found == 0 and tables) or (found > 0 and "submissions" not in tables):
        raise ToolkitError("register.error.foreign", file=path)
    return found


def _migrate(connection: sqlite3.Connection, path: Path | None) -> None:
    """Bring the tables to the present version; ``path`` is the file to copy before that."""
    if int(connection.execute("PRAGMA user_version").fetchone()[0]) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Read again inside the transaction: another command may have been faster.
        found = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if path is not None and 0 < found < VERSION:
            _keep_copy(path, found)
        for statements in MIGRATIONS[found:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # of a full disk SQLite has taken it back by itself
            connection.execute("ROLLBACK")
        raise


def _keep_copy(path: Path, version: int) -> None:
    """Copy the register as it is. The caller holds the lock: nobody writes meanwhile."""
    target = path.with_name(f"{path.name}.v{version}")
    try:
        # A connection of its own: SQLite copies nothing through one that is about to write.
        with (
            replacing(target) as aside,
            contextlib.closing(_open(path, read_only=True)) as source,
            contextlib.closing(sqlite3.connect(aside)) as copy,
        ):
            source.backup(copy)
    except OSError as error:
        raise ToolkitError(
            "register.error.backup", file=target, reason=error.strerror or error
        ) from error

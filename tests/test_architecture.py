"""The rules of the house that a reader of the tree can hold it to."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from toolkit.programme.build import build_workbook
from toolkit.programme.load import load, load_folder

ROOT = Path(__file__).parent.parent
TOOLKIT = ROOT / "toolkit"

# From below upward; a room imports those before it, and of its own.
LAYERS = (
    ("record",),
    ("text", "findings", "kept", "places"),
    ("errors",),
    ("messages",),
    ("programme",),
    ("template",),
    ("intake",),
    ("plan",),
    ("register",),
    ("consolidate",),
    ("correction",),
    ("report",),
    ("upward",),
    ("folder",),
    ("workflow",),
    (
        "console",
        "console_decisions",
        "console_doctor",
        "console_editions",
        "console_figures",
        "console_left_out",
        "console_official",
        "console_plan",
        "console_trace",
        "usage",
    ),
    ("shell",),
    ("cli_decisions", "cli_doctor", "cli_editions", "cli_errors", "cli_official", "cli_work"),
    ("cli",),
)
# Levels of single modules that may know each other.
FLAT = ("text", "findings", "kept", "places", *LAYERS[-4])
LEVEL = {room: level for level, rooms in enumerate(LAYERS) for room in rooms}
MOST_LINES = 500


@cache
def modules() -> tuple[Path, ...]:
    return tuple(sorted(TOOLKIT.rglob("*.py")))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


@cache
def imports(path: Path) -> set[str]:
    """The modules a file imports, also late and for type checking."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            if module == "toolkit":
                found |= {f"toolkit.{alias.name}" for alias in node.names}
            else:
                found.add(module)
    return found


def test_every_room_has_its_place() -> None:
    rooms = {room_of(name_of(path)) for path in modules()} - {"__init__", "__main__"}
    assert rooms == set(LEVEL)


def test_no_module_looks_up() -> None:
    wrong = set()
    for path in modules():
        if path.parent == TOOLKIT and path.stem.startswith("__"):
            continue
        own = room_of(name_of(path))
        for room in {room_of(name) for name in imports(path) if name.startswith("toolkit.")}:
            beside = LEVEL.get(room) == LEVEL[own] and room != own and own not in FLAT
            if LEVEL.get(room, 0) > LEVEL[own] or beside:
                wrong.add((name_of(path), room))
    assert wrong == set()


def users_of(library: str) -> set[str]:
    """The rooms that import a library."""
    return {
        room_of(name_of(path))
        for path in modules()
        if any(name.split(".")[0] == library for name in imports(path))
    }


def test_click_stays_at_the_command_line() -> None:
    assert users_of("click") <= {
        "cli",
        "cli_decisions",
        "cli_doctor",
        "cli_editions",
        "cli_errors",
        "cli_official",
        "cli_work",
        "shell",
        "usage",
    }


def test_sql_stays_in_the_register() -> None:
    assert users_of("sqlite3") == {"register"}


@pytest.mark.parametrize(
    ("library", "rooms"),
    [
        ("matplotlib", {"report"}),
        ("pandas", {"report", "consolidate", "register"}),
        ("xlrd", {"intake"}),
    ],
)
def test_libraries_stay_in_their_rooms(library: str, rooms: set[str]) -> None:
    assert users_of(library) <= rooms


def test_modules_are_small() -> None:
    long = {
        name_of(path): lines
        for path in modules()
        if (lines := len(path.read_text("utf-8").splitlines())) >= MOST_LINES
    }
    assert long == {}


def test_nothing_reads_outside_the_repository() -> None:
    """The shared folder of the project is not part of what is delivered."""
    word = "../" + "shared"
    files = [p for kind in ("*.py", "*.toml", "*.md") for p in ROOT.rglob(kind)]
    kept = [p for p in files if not {".git", ".venv", "ket-qua"} & set(p.relative_to(ROOT).parts)]
    assert len(kept) > 100
    assert [p for p in kept if word in p.read_text("utf-8")] == []


def test_the_top_folders() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    top = {line.split("/")[0].strip('"') for line in listed}
    assert top <= {
        ".ci",
        ".gitignore",
        ".gitattributes",
        ".github",
        "CHANGELOG.md",
        "DEVELOPERS.md",
        "LICENSE",
        "README.md",
        "pyproject.toml",
        "samples",
        "tests",
        "toolkit",
        "workbook_templates",
    }


# --- the standard programmes ----------------------------------------------------------------

STANDARD = sorted(p for p in (ROOT / "workbook_templates").iterdir() if p.is_dir())


@pytest.mark.parametrize("folder", STANDARD, ids=lambda p: p.name)
def test_the_built_workbook_is_the_text(folder: Path, tmp_path: Path) -> None:
    built = folder.with_suffix(".xlsx")
    assert load(built).fingerprint == load_folder(folder).fingerprint
    build_workbook(folder, tmp_path / "made.xlsx")
    assert (tmp_path / "made.xlsx").read_bytes() == built.read_bytes()


def test_each_workbook_has_its_text() -> None:
    built = {p.stem for p in (ROOT / "workbook_templates").glob("*.xlsx")}
    assert built == {p.name for p in STANDARD}


# --- what starts at once --------------------------------------------------------------------

HEAVY = (
    "pandas",
    "numpy",
    "matplotlib",
    "openpyxl",
    "xlsxwriter",
    "pyarrow",
    "lxml",
    "lark",
    "msoffcrypto",
)


def imported_by(*argv: str) -> set[str]:
    """The modules that a command line imports."""
    program = (
        "import sys; from toolkit.cli import run; run(sys.argv[1:]); "
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *argv], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("argv", [["--help"], ["run", "--help"], ["--version"], ["blah"]])
def test_help_imports_nothing_heavy(argv: list[str]) -> None:
    assert imported_by(*argv) & set(HEAVY) == set()


def test_the_list_of_commands_imports_none_of_them() -> None:
    assert imported_by("--help") & {"toolkit.workflow", "toolkit.programme.model"} == set()


def test_status_reads_the_programme_without_the_libraries_that_take_long() -> None:
    sample = ROOT / "samples" / "hai-phong-2024"
    assert imported_by("-C", str(sample), "status") & (set(HEAVY) - {"lark"}) == set()

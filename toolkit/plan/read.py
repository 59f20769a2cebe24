"""The way in: from a file to a plan."""

from __future__ import annotations

from pathlib import Path

from toolkit.errors import ToolkitError, UnreadableFile
from toolkit.plan.doubts import with_doubts
from toolkit.plan.model import Grid, Paragraph, Plan
from toolkit.plan.outline import read_outline
from toolkit.plan.source import read_source
from toolkit.plan.table import read_tables

MOST_TASKS = 5_000  # a plan with more is none; the largest known has some hundred


def read_plan(path: Path) -> Plan:
    """The tasks of a plan: of its task table, else of its numbered paragraphs.

    Raises UnreadableFile as ``read_source`` does, and ToolkitError (``plan.error.no_tasks``)
    where no task is found.
    """
    blocks = read_source(path)
    plan = read_tables(path.name, (block for block in blocks if isinstance(block, Grid)))
    if plan is None or not plan.tasks:
        paragraphs = [block for block in blocks if isinstance(block, Paragraph)]
        plan = read_outline(path.name, paragraphs)
    if not plan.tasks:
        raise ToolkitError("plan.error.no_tasks", file=path.name)
    if len(plan.tasks) > MOST_TASKS:
        raise UnreadableFile("reader.too_large")
    return with_doubts(plan)

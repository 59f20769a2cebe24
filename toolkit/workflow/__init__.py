"""One function per command: the only place where the rooms meet. Prints nothing.

Heavy rooms (pandas, matplotlib, openpyxl) are imported inside the functions that need them,
so that ``baocao --help`` starts at once.
"""

from toolkit.workflow.common import Progress, load_programme, silent
from toolkit.workflow.outputs import (
    Consolidated,
    Drawn,
    Ran,
    charts,
    consolidate,
    export,
    run,
)
from toolkit.workflow.programmes import Distributed, distribute, new, templates
from toolkit.workflow.returns import (
    Checked,
    Day,
    ProgrammeCheck,
    Received,
    check,
    checked_json,
    receive,
)
from toolkit.workflow.status import StatusTable, status, status_json, write_status

__all__ = [
    "Checked",
    "Consolidated",
    "Day",
    "Distributed",
    "Drawn",
    "ProgrammeCheck",
    "Progress",
    "Ran",
    "Received",
    "StatusTable",
    "charts",
    "check",
    "checked_json",
    "consolidate",
    "distribute",
    "export",
    "load_programme",
    "new",
    "receive",
    "run",
    "silent",
    "status",
    "status_json",
    "templates",
    "write_status",
]

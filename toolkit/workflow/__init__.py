"""One function per command: the only place where the rooms meet. Prints nothing.

Heavy rooms (pandas, matplotlib, openpyxl) are imported inside the functions that need them,
so that ``baocao --help`` starts at once.
"""

from toolkit.workflow.common import Progress, load_programme, silent
from toolkit.workflow.decisions import Decided, History, accept, history, reopen, send_back
from toolkit.workflow.figures import export_figures, figures_json
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
from toolkit.workflow.rehearse import Rehearsal, rehearse
from toolkit.workflow.remind import Reminded, remind
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
    "Decided",
    "Distributed",
    "Drawn",
    "History",
    "ProgrammeCheck",
    "Progress",
    "Ran",
    "Received",
    "Rehearsal",
    "Reminded",
    "StatusTable",
    "accept",
    "charts",
    "check",
    "checked_json",
    "consolidate",
    "distribute",
    "export",
    "export_figures",
    "figures_json",
    "history",
    "load_programme",
    "new",
    "receive",
    "rehearse",
    "remind",
    "reopen",
    "run",
    "send_back",
    "silent",
    "status",
    "status_json",
    "templates",
    "write_status",
]

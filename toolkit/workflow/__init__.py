"""One function per command: the only place where the rooms meet. Prints nothing.

Heavy rooms (pandas, matplotlib, openpyxl) are imported inside the functions that need them,
so that ``baocao --help`` starts at once.
"""

from toolkit.workflow.charts import Drawn, charts
from toolkit.workflow.common import Progress, load_programme, silent
from toolkit.workflow.compare import Compared, compare
from toolkit.workflow.decisions import Decided, History, accept, history, reopen, send_back
from toolkit.workflow.editions import Closed, Reopened, close, reopen_period
from toolkit.workflow.figures import export_figures, figures_json
from toolkit.workflow.import_plan import Imported, import_plan
from toolkit.workflow.official import (
    Made,
    check_report,
    check_slides,
    report,
    report_template,
    slides,
)
from toolkit.workflow.outputs import (
    Consolidated,
    Paged,
    Ran,
    consolidate,
    export,
    pages,
    run,
)
from toolkit.workflow.programmes import Distributed, distribute, new, templates
from toolkit.workflow.rebuild import Rebuilt, rebuild
from toolkit.workflow.reconcile import Reconciled, reconcile
from toolkit.workflow.rehearse import Rehearsal, rehearse
from toolkit.workflow.remind import Reminded, remind
from toolkit.workflow.returns import (
    Checked,
    Day,
    ProgrammeCheck,
    Received,
    check,
    checked_json,
    get_ready,
    receive,
)
from toolkit.workflow.scores import Scored, score
from toolkit.workflow.status import StatusTable, status, status_json, write_status
from toolkit.workflow.trace import trace
from toolkit.workflow.upward import Filled, fill

__all__ = [
    "Checked",
    "Closed",
    "Compared",
    "Consolidated",
    "Day",
    "Decided",
    "Distributed",
    "Drawn",
    "Filled",
    "History",
    "Imported",
    "Made",
    "Paged",
    "ProgrammeCheck",
    "Progress",
    "Ran",
    "Rebuilt",
    "Received",
    "Reconciled",
    "Rehearsal",
    "Reminded",
    "Reopened",
    "Scored",
    "StatusTable",
    "accept",
    "charts",
    "check",
    "check_report",
    "check_slides",
    "checked_json",
    "close",
    "compare",
    "consolidate",
    "distribute",
    "export",
    "export_figures",
    "figures_json",
    "fill",
    "get_ready",
    "history",
    "import_plan",
    "load_programme",
    "new",
    "pages",
    "rebuild",
    "receive",
    "reconcile",
    "rehearse",
    "remind",
    "reopen",
    "reopen_period",
    "report",
    "report_template",
    "run",
    "score",
    "send_back",
    "silent",
    "slides",
    "status",
    "status_json",
    "templates",
    "trace",
    "write_status",
]

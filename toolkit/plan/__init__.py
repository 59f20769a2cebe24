"""Reading a plan as it was issued: its task table, row by row, with what is doubtful in it.

``read_plan`` reads .docx, workbooks and plain text; nothing in a plan is guessed silently.
"""

from toolkit.plan.model import Doubt, Place, Plan, Task
from toolkit.plan.read import read_plan

__all__ = ["Doubt", "Place", "Plan", "Task", "read_plan"]

"""The fast evaluator: one request at a time, or a batch over the register's columns, by the same plan.

Reading order: `screening` (every check before the register is read), `clauses` (one comparison of days), `single` (one
request), `answers` (the decision of it); then `batch` (many requests), `shapes` (by which rules), `tasks` and `tables`
(what is tried, in flat rows), `windows` and `walk` (the comparisons, compiled), `blocks` (in which order), `kernel`
(requests decided), `run` (a batch through the kernel), `objects` (decisions of columns); `recipients` (who would be
granted, instead of whether one is).
"""

from rules_service.evaluate.batch import ColumnEvaluator, LaidOut
from rules_service.evaluate.recipients import Recipient, Recipients, find_recipients
from rules_service.evaluate.screening import Candidate, Screening, screen
from rules_service.evaluate.shapes import operations_beyond_columns
from rules_service.evaluate.single import SingleEvaluator

__all__ = [
    "Candidate",
    "ColumnEvaluator",
    "LaidOut",
    "Recipient",
    "Recipients",
    "Screening",
    "SingleEvaluator",
    "find_recipients",
    "operations_beyond_columns",
    "screen",
]

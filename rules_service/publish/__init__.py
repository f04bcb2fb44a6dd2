"""What people read: explanations, operations and lists on a terminal. Nothing here knows gRPC.

Reading order: `timeline` (days as bars), `terminal` (an explanation), `operation` and `variant` (an operation),
`lists`, `information_types` and `recipients` (lists), `phrases` (one line for one thing), `terms` (the words of the
rule files), `words` (headings).
"""

from rules_service.publish.information_types import types_on_terminal
from rules_service.publish.lists import codes_on_terminal, operations_table, users_on_terminal
from rules_service.publish.operation import group_on_terminal, operation_on_terminal
from rules_service.publish.recipients import recipients_on_terminal
from rules_service.publish.terminal import explanation_on_terminal

__all__ = [
    "codes_on_terminal",
    "explanation_on_terminal",
    "group_on_terminal",
    "operation_on_terminal",
    "operations_table",
    "recipients_on_terminal",
    "types_on_terminal",
    "users_on_terminal",
]

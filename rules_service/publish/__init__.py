"""What people read: an explanation and an operation on a terminal. Nothing here knows gRPC.

Reading order: `timeline` (days as bars), `terminal` (an explanation), `operation` (an operation), `words` (headings).
"""

from rules_service.publish.operation import operation_on_terminal
from rules_service.publish.terminal import explanation_on_terminal

__all__ = ["explanation_on_terminal", "operation_on_terminal"]

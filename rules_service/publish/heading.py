"""The first line of an answer: its outcome, the operation, the reason and the network's own status."""

from __future__ import annotations

from rich.text import Text

from rules_service.decision import Outcome, Reason, official_status
from rules_service.publish.words import OUTCOMES

_STYLES = {Outcome.GRANTED: "bold green", Outcome.REFUSED: "bold red", Outcome.INDETERMINATE: "bold yellow"}


def heading(operation: str, reason: Reason, language: str) -> Text:
    """The line, in `fr`, `nl` or `en`."""
    official = official_status(reason)
    return Text.assemble(
        (OUTCOMES[reason.outcome].in_language(language), _STYLES[reason.outcome]),
        f"  {operation}  ",
        (f"{reason.name} · {official.value} {official.code}", "dim"),
    )

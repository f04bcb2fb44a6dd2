"""Decides every request of a file and counts the outcomes.

    python decide_a_batch.py 127.0.0.1:50051 requests.csv

The file has the columns `ticket,operation,requester,ssin`. One line is printed for each request, in order.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from integrationcontrol import Client, IntegrationControlError, Result, make_request
from integrationcontrol.v1.common_pb2 import Outcome, Reason
from integrationcontrol.v1.decision_service_pb2 import DecideRequest


def requests_in(file: Path) -> Iterator[DecideRequest]:
    """The requests of the file; they are read as they are sent, so the file may be larger than memory."""
    with file.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            yield make_request(row["operation"], row["requester"], [row["ssin"]], ticket=row["ticket"])


def in_words(result: Result) -> tuple[str, str]:
    """The outcome of a result and why."""
    if isinstance(result, IntegrationControlError):
        return "ERROR", str(result)
    return Outcome.Name(result.outcome), f"{result.ticket} {Reason.Name(result.reason)}"


def main() -> int:
    """Decide the file; the exit code is 1 when some request was in error."""
    target, file = sys.argv[1:3]
    counts: Counter[str] = Counter()
    with Client(target) as client:
        for result in client.decide_all(requests_in(Path(file))):
            outcome, why = in_words(result)
            counts[outcome] += 1
            print(outcome, why)
    print(", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())))
    return 1 if counts["ERROR"] else 0


if __name__ == "__main__":
    sys.exit(main())

"""An integrator asks before it forwards: the request goes on to the supplier only when the decision is a grant.

    python check_before_forwarding.py 127.0.0.1:50051 OCMWCPASPerformInvestigation 0207000038 < numbers.txt

Standard input holds one person's number a line: numbers do not belong on a command line, where others can read them.
"""

from __future__ import annotations

import sys

from integrationcontrol import Client, IntegrationControlError
from integrationcontrol.v1.common_pb2 import OUTCOME_GRANTED, Reason


def may_forward(client: Client, operation: str, requester: str, ssin: str) -> bool:
    """Whether the request may go on. Anything but a grant keeps it here, also an error: when in doubt, do not send."""
    try:
        decision = client.decide(operation, requester, [ssin])
    except IntegrationControlError as error:
        print(f"kept: {error.code} {error}")
        return False
    if decision.outcome != OUTCOME_GRANTED:
        print(f"kept: {Reason.Name(decision.reason)}, answer {decision.status.value} {decision.status.code}")
        return False
    print(f"forwarded under decision {decision.decision_id}, variant `{decision.variant}`")
    return True


def main() -> int:
    """Ask for every number on standard input; the exit code tells whether all of them were forwarded."""
    target, operation, requester = sys.argv[1:4]
    with Client(target, timeout_seconds=5) as client:
        forwarded = [may_forward(client, operation, requester, line.strip()) for line in sys.stdin if line.strip()]
    return 0 if all(forwarded) else 1


if __name__ == "__main__":
    sys.exit(main())

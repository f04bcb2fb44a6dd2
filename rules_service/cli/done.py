"""Answers of the register on a terminal: one line of JSON, and an exit code that says whether it was granted."""

from __future__ import annotations

import click

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import register_service_pb2 as pb
from rules_service.cli.answers import message_line
from rules_service.cli.failures import CHECK_FAILED
from rules_service.cli.terminal import standard_output

DecidedAnswer = (
    pb.IntegrateResponse
    | pb.DisintegrateResponse
    | pb.ListIntegrationsResponse
    | pb.ReplaceSsinResponse
    | pb.GetSsinHistoryResponse
)


def tell(answer: DecidedAnswer) -> None:
    """Print an answer; ends with exit code 1 where it was not granted, and so nothing was written or shown."""
    output = standard_output()
    output.write(message_line(answer))
    output.flush()
    decision = answer.decision
    if decision.outcome != common_pb2.OUTCOME_GRANTED:
        reason = common_pb2.Reason.Name(decision.reason).removeprefix("REASON_")
        outcome = common_pb2.Outcome.Name(decision.outcome).removeprefix("OUTCOME_")
        click.echo(f"nothing was done: {outcome} {reason}", err=True)
        click.get_current_context().exit(CHECK_FAILED)

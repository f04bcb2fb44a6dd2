"""From the answer of a batch back to one result for each request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from integrationcontrol.errors import IntegrationControlError, error_of_status
from integrationcontrol.v1 import decision_service_pb2 as pb

Result: TypeAlias = pb.Decision | IntegrationControlError
"""What a batch gives for one request: its decision, or the error that stands in its place (it is not raised)."""


def results_of(requests: Sequence[pb.DecideRequest], response: pb.BatchDecideResponse) -> Iterator[Result]:
    """One result for each request, in order, completed with what the response says once for all."""
    for request, result in zip(requests, response.results, strict=True):
        if result.WhichOneof("result") == "decision":
            yield _complete(result.decision, request, response)
        else:
            yield error_of_status(result.error)


def _complete(decision: pb.Decision, request: pb.DecideRequest, response: pb.BatchDecideResponse) -> pb.Decision:
    decision.ruleset_digest = response.ruleset_digest
    if not request.system_date:
        decision.system_date = response.system_date
    if request.facts != pb.FACTS_SOURCE_INLINE and not request.HasField("consistency"):
        decision.register_revision = response.register_revision
    return decision

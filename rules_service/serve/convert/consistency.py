"""How fresh the register must be for a request."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.errors import InvalidRequestError


@dataclass(frozen=True, slots=True)
class Consistency:
    """The state of the register that a request asks for: exactly one of the three is set."""

    min_revision: int | None = None
    exact_revision: int | None = None
    known_at: dt.datetime | None = None


def consistency_of(message: pb.DecideRequest) -> Consistency | None:
    """What the request asks for; None where the latest revision will do.

    Raises:
        InvalidRequestError: a negative revision, an impossible moment, or a demand on facts given inline.
    """
    asked = message.consistency
    name = asked.WhichOneof("requirement")
    if name is None:
        return None
    field = f"consistency.{name}"
    if message.facts == pb.FACTS_SOURCE_INLINE:
        raise InvalidRequestError.of(field, "means nothing for facts given inline; leave it out")
    if name == "known_at":
        return Consistency(known_at=_moment(asked, field))
    revision: int = getattr(asked, name)
    if revision < 0:
        raise InvalidRequestError.of(field, f"`{revision}` is not a revision; revisions count from 0")
    return Consistency(min_revision=revision) if name == "min_revision" else Consistency(exact_revision=revision)


def _moment(asked: pb.Consistency, field: str) -> dt.datetime:
    try:
        return asked.known_at.ToDatetime(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        raise InvalidRequestError.of(field, "is no moment of the years 1 to 9999") from None

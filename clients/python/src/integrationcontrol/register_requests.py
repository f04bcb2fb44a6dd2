"""Requests about the register from plain Python values: dates are `datetime.date`, a period is a pair of them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from itertools import count, repeat
from typing import Final

from integrationcontrol.requests import Period, ask_consistency, organisation, period
from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as decisions
from integrationcontrol.v1 import register_service_pb2 as pb

_REGISTERS: Final = {"primary": common_pb2.REGISTER_PRIMARY, "secondary": common_pb2.REGISTER_SECONDARY}
_VIEWS: Final = {
    "primary": pb.REGISTER_VIEW_PRIMARY,
    "secondary": pb.REGISTER_VIEW_SECONDARY,
    "all": pb.REGISTER_VIEW_ALL,
}


def make_integration(
    requester: str,
    ssin: str,
    quality_code: int,
    days: Period,
    *,
    proof: decisions.Proof | None = None,
    registers: Iterable[str] = (),
    request_id: str | None = None,
    ticket: str = "",
    legal_context: str = "",
) -> pb.IntegrateRequest:
    """A wish to integrate a person.

    Args:
        requester: the CBE number of an organisation, or `sector/institution` such as `40/21`.
        ssin: number of the person, eleven digits.
        quality_code: the code under which to integrate.
        days: first and last day, both included; without a last day the one that the quality code gives.
        proof: proof of authentication; without a correct one nothing is written.
        registers: `primary`, `secondary`, or both where none is given.
        request_id: your own id of this write; None makes a new one. Ask again under the same id when no answer came.
        ticket: your own reference, echoed; at most 36 characters.
        legal_context: the legal context; empty is not stated.
    """
    return pb.IntegrateRequest(
        request_id=_id(request_id),
        ticket=ticket,
        requester=organisation(requester),
        ssin=ssin,
        quality_code=quality_code,
        period=period(days),
        registers=_registers(registers),
        proof=proof,
        legal_context=legal_context,
    )


def make_removal(
    requester: str,
    ssin: str,
    quality_code: int,
    days: Period,
    *,
    registers: Iterable[str] = (),
    request_id: str | None = None,
    ticket: str = "",
    legal_context: str = "",
) -> pb.DisintegrateRequest:
    """A wish to remove days of the requester's own integrations; without a last day, all that follows.

    The other arguments are those of `make_integration`.
    """
    return pb.DisintegrateRequest(
        request_id=_id(request_id),
        ticket=ticket,
        requester=organisation(requester),
        ssin=ssin,
        quality_code=quality_code,
        period=period(days),
        registers=_registers(registers),
        legal_context=legal_context,
    )


def make_listing(
    requester: str,
    ssin: str,
    *,
    proof: decisions.Proof | None = None,
    days: Period | None = None,
    register: str = "all",
    ticket: str = "",
    legal_context: str = "",
    min_revision: int | None = None,
    exact_revision: int | None = None,
    known_at: dt.datetime | None = None,
) -> pb.ListIntegrationsRequest:
    """A question about the integrations of a person.

    Args:
        requester: the CBE number of an organisation, or `sector/institution` such as `40/21`.
        ssin: number of the person, eleven digits.
        proof: proof of authentication; without a correct one nothing is shown.
        days: only integrations that share a day with this period; None: all.
        register: `primary`, `secondary` or `all`.
        ticket: your own reference, echoed; at most 36 characters.
        legal_context: the legal context; empty is not stated.
        min_revision: the register must be at this revision or later.
        exact_revision: the register as it was at this revision.
        known_at: the register as it was known at this moment, which must carry its time zone.
    """
    if register not in _VIEWS:
        message = f"`register` is one of {', '.join(_VIEWS)}"
        raise ValueError(message)
    request = pb.ListIntegrationsRequest(
        ticket=ticket,
        requester=organisation(requester),
        ssin=ssin,
        period=None if days is None else period(days),
        register=_VIEWS[register],
        proof=proof,
        legal_context=legal_context,
    )
    ask_consistency(request, min_revision, exact_revision, known_at)
    return request


def make_replacement(
    requester: str,
    old_ssin: str,
    new_ssin: str,
    *,
    request_id: str | None = None,
    ticket: str = "",
    legal_context: str = "",
) -> pb.ReplaceSsinRequest:
    """A wish to let a number stand for a BIS number; the other arguments are those of `make_integration`."""
    return pb.ReplaceSsinRequest(
        request_id=_id(request_id),
        ticket=ticket,
        requester=organisation(requester),
        old_ssin=old_ssin,
        new_ssin=new_ssin,
        legal_context=legal_context,
    )


def make_history_question(
    requester: str,
    ssin: str,
    *,
    ticket: str = "",
    legal_context: str = "",
    min_revision: int | None = None,
    exact_revision: int | None = None,
    known_at: dt.datetime | None = None,
) -> pb.GetSsinHistoryRequest:
    """A question about the numbers of a person; the arguments are those of `make_listing`."""
    request = pb.GetSsinHistoryRequest(
        ticket=ticket, requester=organisation(requester), ssin=ssin, legal_context=legal_context
    )
    ask_consistency(request, min_revision, exact_revision, known_at)
    return request


def make_watch(
    after_revision: int, *, of: str | None = None, end_at_latest: bool = False
) -> pb.WatchIntegrationsRequest:
    """From where to follow the register.

    Args:
        after_revision: the last revision that you know in full; 0: from the beginning.
        of: an organisation whose rows alone are wanted; None: everything.
        end_at_latest: whether to end with the last revision that there is now.
    """
    return pb.WatchIntegrationsRequest(
        after_revision=after_revision,
        organisation=None if of is None else organisation(of),
        end_at_latest=end_at_latest,
    )


def make_row(
    requester: str,
    ssin: str,
    quality_code: int,
    days: Period,
    *,
    sector: int | None = None,
    registers: Iterable[str] = (),
    end_defaulted: bool = False,
) -> pb.IntegrationRow:
    """A row to import as it is: an empty last day is open, for every code. `sector` None is 17 (CPAS)."""
    given = period(days)
    return pb.IntegrationRow(
        ssin=ssin,
        organisation=requester,
        sector=sector,
        quality_code=quality_code,
        begin_date=given.begin_date,
        end_date=given.end_date,
        registers=_registers(registers),
        end_defaulted=end_defaulted,
    )


def make_import(rows: Iterable[pb.IntegrationRow], request_id: str | None = None) -> pb.ImportIntegrationsRequest:
    """Rows to import together, as one revision; `request_id` as for `make_integration`."""
    return pb.ImportIntegrationsRequest(request_id=_id(request_id), rows=rows)


def message_ids(request_id: str | None) -> Iterator[str | None]:
    """The ids of the messages of an import, one after the other; None for each, for a new one, where it has none."""
    return repeat(None) if request_id is None else (f"{request_id}/{number}" for number in count())


def _id(request_id: str | None) -> str:
    return str(uuid.uuid4()) if request_id is None else request_id


def _registers(names: Iterable[str]) -> list[common_pb2.Register]:
    given = (names,) if isinstance(names, str) else tuple(names)
    if not set(given) <= _REGISTERS.keys():
        message = f"`registers` holds {' and '.join(_REGISTERS)} only"
        raise ValueError(message)
    return [_REGISTERS[name] for name in given]

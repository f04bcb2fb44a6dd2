"""Requests from plain Python values: dates are `datetime.date`, a period is a pair of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol, TypeAlias

from google.protobuf.timestamp_pb2 import Timestamp

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb

Period: TypeAlias = tuple[dt.date, dt.date | None]
"""First and last day, both included; None leaves the end open, where the operation allows that."""

_PURPOSES: Final = {"applicant": pb.PURPOSE_APPLICANT, "debtor": pb.PURPOSE_DEBTOR}


def make_request(
    operation: str,
    requester: str,
    ssins: Iterable[str] = (),
    *,
    ticket: str = "",
    quality_code: int | None = None,
    legal_context: str = "",
    system_date: dt.date | None = None,
    request_period: Period | None = None,
    periods: Mapping[str, Period] | None = None,
    dates: Mapping[str, dt.date | Sequence[dt.date]] | None = None,
    parameters: Mapping[str, str] | None = None,
    information_types: Iterable[str] = (),
    proof: pb.Proof | None = None,
    min_revision: int | None = None,
    exact_revision: int | None = None,
    known_at: dt.datetime | None = None,
    integrations: Iterable[pb.InlineIntegration] = (),
    requester_profile: pb.RequesterProfile | None = None,
) -> pb.DecideRequest:
    """A request for a decision.

    Args:
        operation: name or alias of an operation of the catalogue.
        requester: the CBE number of an organisation, or `sector/institution` such as `40/21`.
        ssins: numbers of persons, eleven digits each.
        ticket: your own reference, echoed; at most 36 characters.
        quality_code: the code under which you ask; None lets every permitted code count.
        legal_context: the legal context; empty is not stated.
        system_date: the day to decide for; None is today in Brussels. Needs the permission `as-of`.
        request_period: the period that the consultation is about.
        periods: other periods by name, such as `validity`.
        dates: dates by name; a name with several dates must hold for each of them.
        parameters: such as `{"decision": "grant"}`.
        information_types: national-register information types, three digits each.
        proof: proof of authentication, for operations that require one.
        min_revision: the register must be at this revision or later.
        exact_revision: the register as it was at this revision.
        known_at: the register as it was known at this moment, which must carry its time zone.
        integrations: facts of your own instead of the register. Needs the permission `inline-facts`.
        requester_profile: the requester as the directory would show it; with it, the facts are those given here.
    """
    request = pb.DecideRequest(
        ticket=ticket,
        operation=operation,
        requester=organisation(requester),
        ssins=ssins,
        quality_code=quality_code,
        legal_context=legal_context,
        system_date="" if system_date is None else system_date.isoformat(),
        request_period=None if request_period is None else period(request_period),
        periods=[pb.NamedPeriod(name=name, period=period(days)) for name, days in (periods or {}).items()],
        dates=[pb.NamedDate(name=name, date=day.isoformat()) for name, day in _each_date(dates or {})],
        parameters=parameters,
        information_types=information_types,
        proof=proof,
        integrations=integrations,
        requester_profile=requester_profile,
    )
    if request.integrations or requester_profile is not None:
        request.facts = pb.FACTS_SOURCE_INLINE
    ask_consistency(request, min_revision, exact_revision, known_at)
    return request


def make_mutation(
    operation: str,
    ssin: str,
    *,
    ticket: str = "",
    system_date: dt.date | None = None,
    request_period: Period | None = None,
    periods: Mapping[str, Period] | None = None,
    dates: Mapping[str, dt.date | Sequence[dt.date]] | None = None,
    parameters: Mapping[str, str] | None = None,
    min_revision: int | None = None,
    exact_revision: int | None = None,
    known_at: dt.datetime | None = None,
) -> pb.ListRecipientsRequest:
    """A mutation of a person's data, whose recipients are to be listed.

    Args:
        operation: name or alias of an operation of the catalogue, of kind `mutation`.
        ssin: number of the person, eleven digits.
        ticket: your own reference, echoed; at most 36 characters.
        system_date: the day to decide for; None is today in Brussels. Needs the permission `as-of`.
        request_period: the period that the mutation is about.
        periods: other periods by name, such as `mutation_period`.
        dates: dates by name; a name with several dates must hold for each of them.
        parameters: such as `{"decision": "grant"}`.
        min_revision: the register must be at this revision or later.
        exact_revision: the register as it was at this revision.
        known_at: the register as it was known at this moment, which must carry its time zone.
    """
    request = pb.ListRecipientsRequest(
        ticket=ticket,
        operation=operation,
        ssin=ssin,
        system_date="" if system_date is None else system_date.isoformat(),
        request_period=None if request_period is None else period(request_period),
        periods=[pb.NamedPeriod(name=name, period=period(days)) for name, days in (periods or {}).items()],
        dates=[pb.NamedDate(name=name, date=day.isoformat()) for name, day in _each_date(dates or {})],
        parameters=parameters,
    )
    ask_consistency(request, min_revision, exact_revision, known_at)
    return request


def make_type_filter(
    operation: str, purpose: str, information_types: Iterable[str] = (), *, user_role: str = ""
) -> pb.FilterInformationTypesRequest:
    """A question about information types.

    Args:
        operation: name or alias of an operation that delivers information types.
        purpose: `applicant` or `debtor`, about whom the data are.
        information_types: those asked for, three digits each; none asks for all.
        user_role: such as `social_worker`; empty is not stated.
    """
    if purpose not in _PURPOSES:
        message = f"`purpose` is one of {', '.join(_PURPOSES)}"
        raise ValueError(message)
    return pb.FilterInformationTypesRequest(
        operation=operation,
        purpose=_PURPOSES[purpose],
        user_role=user_role,
        information_types=information_types,
    )


def organisation(key: str) -> common_pb2.Organisation:
    """The organisation written as a CBE number or as `sector/institution`."""
    sector, slash, institution = key.partition("/")
    if slash and sector.isdecimal() and institution.isdecimal():
        return common_pb2.Organisation(sector=int(sector), institution=int(institution))
    return common_pb2.Organisation(cbe_number=key)


def period(days: Period) -> common_pb2.Period:
    """The period from its first to its last day, both included."""
    begin, end = days
    return common_pb2.Period(begin_date=begin.isoformat(), end_date="" if end is None else end.isoformat())


def _each_date(dates: Mapping[str, dt.date | Sequence[dt.date]]) -> list[tuple[str, dt.date]]:
    return [(name, day) for name, given in dates.items() for day in ((given,) if isinstance(given, dt.date) else given)]


class _HasConsistency(Protocol):
    @property
    def consistency(self) -> pb.Consistency: ...


def ask_consistency(
    request: _HasConsistency,
    min_revision: int | None,
    exact_revision: int | None,
    known_at: dt.datetime | None,
) -> None:
    """Note in a request how fresh the register must be."""
    if sum(asked is not None for asked in (min_revision, exact_revision, known_at)) > 1:
        message = "give at most one of `min_revision`, `exact_revision` and `known_at`"
        raise ValueError(message)
    if min_revision is not None:
        request.consistency.min_revision = min_revision
    if exact_revision is not None:
        request.consistency.exact_revision = exact_revision
    if known_at is not None:
        if known_at.utcoffset() is None:
            message = "`known_at` must carry its time zone"
            raise ValueError(message)
        moment = Timestamp()
        moment.FromDatetime(known_at)
        request.consistency.known_at.CopyFrom(moment)

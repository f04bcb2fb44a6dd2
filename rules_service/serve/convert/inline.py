"""Facts that come with a request: integrations and the requester as the directory would show it."""

from __future__ import annotations

from functools import partial
from typing import Final

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.algebra import FUTURE
from rules_service.decision import InlineRegister, Integration
from rules_service.decision.checking import read_day
from rules_service.identifiers import CPAS_SECTOR, parse_ssin
from rules_service.identifiers.parties import Organisation, Region, RequesterKind
from rules_service.serve.convert.findings import Findings
from rules_service.serve.convert.organisations import check_range, organisation_key, parse_organisation

_CPAS_INSTITUTION: Final = 1
_OF_SECTOR_17: Final = (RequesterKind.CPAS, RequesterKind.ASSOCIATION_CHAPTER_XII)
_BOTH: Final = frozenset({common_pb2.REGISTER_PRIMARY, common_pb2.REGISTER_SECONDARY})


def inline_register_of(message: pb.DecideRequest) -> InlineRegister:
    """The register that the request brings along.

    Raises:
        InvalidSsinError: only numbers of persons are wrong.
        InvalidRequestError: a field of `requester_profile` or `integrations` is wrong; every wrong field is named.
    """
    findings = Findings()
    requester = _requester(message, findings)
    named = frozenset(message.ssins)
    rows = [_Row(item, index, findings).read(requester, named) for index, item in enumerate(message.integrations)]
    if findings:
        raise findings.error()
    return InlineRegister(requester, rows)


def _requester(message: pb.DecideRequest, findings: Findings) -> Organisation:
    """The requester as its profile describes it, with the defaults of its class."""
    profile, asked = message.requester_profile, message.requester
    kind = _kind(message, findings)
    in_sector_17 = kind in _OF_SECTOR_17
    sector = CPAS_SECTOR if in_sector_17 else asked.sector
    institution = _CPAS_INSTITUTION if kind is RequesterKind.CPAS else asked.institution
    known = asked.HasField("institution") or kind is RequesterKind.CPAS or profile.HasField("institution")
    if kind is RequesterKind.PARTNER and not (profile.HasField("sector") or asked.HasField("sector")):
        findings.wrong("requester_profile.sector", "is missing; a partner is known by its sector")
    for name in ("sector", "institution"):
        if profile.HasField(name):
            check_range(getattr(profile, name), f"requester_profile.{name}", findings)
    return Organisation(
        key=organisation_key(asked),
        kind=kind,
        region=_region(profile, findings),
        sector=profile.sector if profile.HasField("sector") else sector,
        institution=(profile.institution if profile.HasField("institution") else institution) if known else None,
    )


def _kind(message: pb.DecideRequest, findings: Findings) -> RequesterKind:
    if not message.HasField("requester_profile"):
        findings.wrong("requester_profile", "is missing; it is required with FACTS_SOURCE_INLINE")
    elif int(message.requester_profile.kind) not in tuple(RequesterKind):
        findings.wrong("requester_profile.kind", "is missing or unknown; give the class of the requester")
    else:
        return RequesterKind(message.requester_profile.kind)
    return RequesterKind.OTHER


def _region(profile: pb.RequesterProfile, findings: Findings) -> Region:
    if int(profile.region) not in tuple(Region):
        findings.wrong("requester_profile.region", "is no known region")
        return Region.NONE
    return Region(profile.region)


class _Row:
    """Reads one integration and notes what is wrong with it."""

    def __init__(self, item: pb.InlineIntegration, index: int, findings: Findings) -> None:
        self.item = item
        self.index = index
        self.findings = findings

    def read(self, requester: Organisation, named: frozenset[str]) -> Integration:
        """The integration, to be used only when nothing was found wrong; rows count from 1."""
        item = self.item
        ssin = self._ssin(named)
        organisation, institution = self._organisation(requester)
        sector, quality_code = self._number("sector", CPAS_SECTOR), self._number("quality_code", None)
        begin, end = self._days()
        return Integration(
            row_id=self.index + 1,
            ssin=ssin,
            organisation=organisation,
            sector=sector,
            quality_code=quality_code,
            begin=begin,
            end=end,
            primary=not item.registers or common_pb2.REGISTER_PRIMARY in item.registers,
            secondary=not item.registers or common_pb2.REGISTER_SECONDARY in item.registers,
            institution=institution,
        )

    def _field(self, name: str) -> str:
        return f"integrations[{self.index}].{name}"

    def _wrong(self, name: str, description: str) -> None:
        self.findings.wrong(self._field(name), description)

    def _ssin(self, named: frozenset[str]) -> int:
        with self.findings:
            ssin = parse_ssin(self.item.ssin, self._field("ssin"))
            if self.item.ssin not in named:
                self._wrong("ssin", "is none of the `ssins` of the request")
            return ssin
        return 0

    def _organisation(self, requester: Organisation) -> tuple[str, int | None]:
        if not set(self.item.registers) <= _BOTH:
            self._wrong("registers", "may hold REGISTER_PRIMARY and REGISTER_SECONDARY only")
        with self.findings:
            key, institution = parse_organisation(self.item.organisation, self._field("organisation"))
            return key, requester.institution if key == requester.key else institution
        return "", None

    def _number(self, name: str, default: int | None) -> int:
        if self.item.HasField(name):
            number: int = getattr(self.item, name)
            check_range(number, self._field(name), self.findings)
            return number
        if default is None:
            self._wrong(name, "is missing; 0 is a code too and must be stated")
            return 0
        return default

    def _days(self) -> tuple[int, int]:
        begin = self._day("begin_date", self.item.begin_date)
        end = self._day("end_date", self.item.end_date) if self.item.end_date else FUTURE
        if begin is not None and end is not None and end < begin:
            self._wrong("end_date", "lies before `begin_date`")
        return begin or 0, end or 0

    def _day(self, name: str, text: str) -> int | None:
        return read_day(text, partial(self._wrong, name))

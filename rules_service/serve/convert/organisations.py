"""Who asks: from the message's organisation to the key by which the directory knows it."""

from __future__ import annotations

from typing import Final

from integrationcontrol.v1 import common_pb2
from rules_service.errors import InvalidRequestError
from rules_service.identifiers import parse_cbe, parse_institution
from rules_service.serve.convert.findings import Findings

HIGHEST: Final = 999
"""The highest sector, institution and quality code."""


def organisation_key(organisation: common_pb2.Organisation) -> str:
    """The CBE number, or `sector/institution`; empty where the message gives neither."""
    if organisation.cbe_number:
        return organisation.cbe_number
    if organisation.HasField("sector") and organisation.HasField("institution"):
        return f"{organisation.sector}/{organisation.institution}"
    return ""


def organisation_message(key: str) -> common_pb2.Organisation:
    """The organisation of a key, in the form in which a request names its requester."""
    if "/" not in key:
        return common_pb2.Organisation(cbe_number=key)
    pair = parse_institution(key)
    return common_pb2.Organisation(sector=pair.sector, institution=pair.institution)


def check_organisation(organisation: common_pb2.Organisation, field: str, findings: Findings) -> None:
    """Note what is wrong with an organisation; that it is missing altogether is left to `check_request`."""
    by_number = bool(organisation.cbe_number)
    given = {name: organisation.HasField(name) for name in ("sector", "institution")}
    if by_number and any(given.values()):
        findings.wrong(field, "has a `cbe_number` and a `sector` or `institution`; give one or the other")
    elif by_number:
        with findings:
            parse_cbe(organisation.cbe_number, f"{field}.cbe_number")
    elif any(given.values()):
        for name in (name for name, present in given.items() if not present):
            findings.wrong(f"{field}.{name}", "is missing; give `sector` and `institution` together")
    for name in (name for name, present in given.items() if present):
        check_range(getattr(organisation, name), f"{field}.{name}", findings)


def check_range(number: int, field: str, findings: Findings) -> None:
    """Note a sector, institution or quality code that is out of range."""
    if not 0 <= number <= HIGHEST:
        findings.wrong(field, f"`{number}` is not between 0 and {HIGHEST}")


def parse_organisation(text: str, field: str) -> tuple[str, int | None]:
    """The key of an organisation written as a CBE number or as `sector/institution`, and its institution if known.

    Raises:
        InvalidRequestError: the text is neither.
    """
    if not text:
        raise InvalidRequestError.of(field, "is missing; give a CBE number, or `sector/institution` such as 40/0")
    if "/" in text:
        institution = parse_institution(text, field)
        return str(institution), institution.institution
    return parse_cbe(text, field), None

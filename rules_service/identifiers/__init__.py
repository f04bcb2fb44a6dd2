"""Numbers of persons, organisations and institutions: their form and their check digits, nothing about rules."""

from rules_service.identifiers.cbe import parse_cbe
from rules_service.identifiers.sectors import CPAS_SECTOR, NOT_SIGNIFICANT, Institution, parse_institution
from rules_service.identifiers.ssin import SsinKind, check_digits, format_ssin, kind_of, parse_ssin, valid_ssins

__all__ = [
    "CPAS_SECTOR",
    "NOT_SIGNIFICANT",
    "Institution",
    "SsinKind",
    "check_digits",
    "format_ssin",
    "kind_of",
    "parse_cbe",
    "parse_institution",
    "parse_ssin",
    "valid_ssins",
]

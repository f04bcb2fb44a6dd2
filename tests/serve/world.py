"""The small world of these tests: organisations, persons with synthetic numbers, and requests about them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.algebra import NameKind, parse_day
from rules_service.decision import RequestVocabulary
from rules_service.identifiers import check_digits, format_ssin
from rules_service.serve.convert import RequestContext

RULESETS: Final = Path(__file__).parent / "rulesets"
TODAY: Final = parse_day("2026-06-15")


def cbe(first_eight: int) -> str:
    return f"{first_eight:08d}{97 - first_eight % 97:02d}"


def person(counter: int, month: int = 1) -> str:
    """A number of somebody born on the first of a month of 1980 who never was; months from 20 on make bis numbers."""
    nine = 800_001_000 + month * 100_000 + counter
    return format_ssin(nine * 100 + check_digits(nine, born_2000_or_later=False))


CPAS: Final = cbe(2_070_000)
OTHER_CPAS: Final = cbe(2_070_001)
WALLOON_CPAS: Final = cbe(2_070_002)
PARTNER: Final = cbe(4_040_021)
ASSOCIATION: Final = cbe(2_080_000)
NOBODY: Final = cbe(9_999_999)

INTEGRATED: Final = person(1)
"""By CPAS under code 2, from 2026-01-01 to 2026-12-31."""
ELSEWHERE: Final = person(2)
"""By OTHER_CPAS under code 2, since 2026-01-01."""
FORMERLY: Final = person(3)
"""By CPAS under code 4, in 2020."""
REPLACED: Final = person(4, month=21)
"""A bis number that RENAMED replaced; integrated by CPAS under the old one."""
RENAMED: Final = person(5)
UNKNOWN: Final = person(6)

CONTEXT: Final = RequestContext(
    RequestVocabulary(
        {
            "system_date": NameKind.DATE,
            "reference_date": NameKind.DATE,
            "request_period": NameKind.PERIOD,
            "reference_year": NameKind.PERIOD,
            "validity": NameKind.PERIOD,
        },
        {"decision": frozenset({"grant", "refuse"}), "reference_year": frozenset()},
    ),
    TODAY,
)


def request(operation: str = "Small.today", *ssins: str, requester: str = CPAS, ticket: str = "") -> pb.DecideRequest:
    """A request of a CPAS; without numbers it is about INTEGRATED."""
    return pb.DecideRequest(
        operation=operation,
        requester=common_pb2.Organisation(cbe_number=requester),
        ssins=ssins or (INTEGRATED,),
        ticket=ticket,
    )


def period(begin: str, end: str = "") -> common_pb2.Period:
    return common_pb2.Period(begin_date=begin, end_date=end)


def inline(message: pb.DecideRequest) -> pb.DecideRequest:
    """The same request on facts of its own: a Flemish CPAS, without integrations yet."""
    message.facts = pb.FACTS_SOURCE_INLINE
    message.requester_profile.kind = common_pb2.REQUESTER_KIND_CPAS
    message.requester_profile.region = common_pb2.REGION_FLANDERS
    return message


def integration(ssin: str = INTEGRATED, begin: str = "2026-01-01", end: str = "") -> pb.InlineIntegration:
    return pb.InlineIntegration(ssin=ssin, organisation=CPAS, quality_code=2, begin_date=begin, end_date=end)

from __future__ import annotations

import pytest

from rules_service.errors import InvalidRequestError
from rules_service.identifiers import CPAS_SECTOR, NOT_SIGNIFICANT, Institution, parse_institution


@pytest.mark.parametrize(
    ("text", "sector", "institution"), [("40/21", 40, 21), ("17/1", 17, 1), ("0/0", 0, 0), ("999/999", 999, 999)]
)
def test_an_institution_is_written_as_sector_and_number(text: str, sector: int, institution: int) -> None:
    parsed = parse_institution(text)
    assert parsed == Institution(sector, institution)
    assert str(parsed) == text


def test_leading_zeros_are_dropped() -> None:
    assert str(parse_institution("017/001")) == "17/1"


@pytest.mark.parametrize(
    "text", ["", "40", "40/", "/21", "40-21", "1000/1", "1/1000", "-1/2", "40/21 ", "40/21/3", "٤/1"]
)
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="such as 40/21") as caught:
        parse_institution(text, "requester.institution")
    assert caught.value.violations[0].field == "requester.institution"


@pytest.mark.parametrize(
    ("sector", "institution", "field"), [(-1, 0, "sector"), (1000, 0, "sector"), (1, 1000, "institution")]
)
def test_numbers_out_of_range_cannot_exist(sector: int, institution: int, field: str) -> None:
    with pytest.raises(InvalidRequestError, match=f"`{field}`: must lie between 0 and 999"):
        Institution(sector, institution)


def test_the_codes_that_never_count() -> None:
    assert sorted(NOT_SIGNIFICANT) == [0, 902, 999]
    assert CPAS_SECTOR == 17

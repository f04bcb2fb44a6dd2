"""Numbers of organisations; those in this file are made up from their structure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.be import vat

from rules_service.errors import InvalidRequestError, InvalidSsinError
from rules_service.identifiers import parse_cbe


def made(eight_digits: int) -> str:
    return f"{eight_digits:08d}{97 - eight_digits % 97:02d}"


@given(st.integers(0, 89_999_999))
def test_exactly_one_pair_of_check_digits_is_accepted(eight_digits: int) -> None:
    number = made(eight_digits)
    assert parse_cbe(number) == number
    wrong = f"{number[:8]}{(int(number[8:]) + 1) % 100:02d}"
    with pytest.raises(InvalidRequestError, match="wrong check digits"):
        parse_cbe(wrong)


@pytest.mark.parametrize(
    "text",
    ["", "020700000", "02070000000", "0207.000.000", "BE0207000000", " 207000000",
     "9" + made(12_345_678)[1:], "٠207000000", made(12_345_678) + "\n"],
)  # fmt: skip
def test_only_ten_plain_digits_are_read(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="exactly 10 digits") as caught:
        parse_cbe(text, "requester.cbe_number")
    assert caught.value.violations[0].field == "requester.cbe_number"
    assert not isinstance(caught.value, InvalidSsinError)


@given(st.integers(1, 19_999_999), st.integers(0, 99))
def test_enterprises_as_stdnum(eight_digits: int, check: int) -> None:
    """The one difference: stdnum takes 00 for the check digits 97."""
    for number in (made(eight_digits), f"{eight_digits:08d}{check:02d}"):
        try:
            ours = bool(parse_cbe(number))
        except InvalidRequestError:
            ours = False
        assert ours == vat.is_valid(number) or number.endswith("00")


def test_listed_divergences_from_stdnum() -> None:
    assert vat.is_valid("0000970000")
    with pytest.raises(InvalidRequestError, match="wrong check digits"):
        parse_cbe("0000970000")
    unit = made(20_000_001)
    assert parse_cbe(unit) == unit
    assert not vat.is_valid(unit)

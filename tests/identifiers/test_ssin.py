"""Numbers of persons; every number in this file is made up from its structure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.be import ssn

from rules_service.errors import InvalidRequestError, InvalidSsinError
from rules_service.identifiers import SsinKind, check_digits, format_ssin, kind_of, parse_ssin, valid_ssins


def made(nine_digits: str, *, later: bool = False) -> str:
    """The nine digits with the check digits of one of the two centuries."""
    return f"{nine_digits}{check_digits(int(nine_digits), born_2000_or_later=later):02d}"


def accepted(text: str) -> bool:
    try:
        parse_ssin(text)
    except InvalidSsinError:
        return False
    return True


nine_digits = st.builds(
    "{:02d}{:02d}{:02d}{:03d}".format,
    st.integers(0, 99),
    st.one_of(st.integers(0, 99), st.sampled_from([0, 1, 12, 13, 19, 20, 32, 33, 39, 40, 52, 53])),
    st.one_of(st.integers(0, 31), st.sampled_from([0, 31, 32, 99])),
    st.one_of(st.integers(0, 999), st.sampled_from([0, 1, 998, 999])),
)


@pytest.mark.parametrize(
    ("digits", "kind"),
    [
        ("850730033", SsinKind.NATIONAL),
        ("000001001", SsinKind.NATIONAL),
        ("851231999", SsinKind.NATIONAL),
        ("852001000", SsinKind.BIS),
        ("853231500", SsinKind.BIS),
        ("984728997", SsinKind.TER),
        ("985231997", SsinKind.TER),
        ("984000000", SsinKind.TER),
    ],
)
@pytest.mark.parametrize("later", [False, True])
def test_numbers_of_every_kind_and_century(digits: str, kind: SsinKind, *, later: bool) -> None:
    number = made(digits, later=later)
    ssin = parse_ssin(number)
    assert format_ssin(ssin) == number
    assert kind_of(ssin) is kind


def test_check_digits_lie_between_1_and_97() -> None:
    assert check_digits(97, born_2000_or_later=False) == 97
    assert check_digits(96, born_2000_or_later=False) == 1
    assert check_digits(850730033, born_2000_or_later=False) == 28
    assert check_digits(170730033, born_2000_or_later=True) == 84


@pytest.mark.parametrize(
    "digits",
    ["851301001", "851901001", "853301001", "853901001", "855301001", "856001001", "859901001",
     "850132001", "850199001", "850101000", "850000000"],
)  # fmt: skip
def test_a_wrong_structure_is_refused_whatever_the_check_digits(digits: str) -> None:
    for later in (False, True):
        with pytest.raises(InvalidSsinError, match="no number of a person"):
            parse_ssin(made(digits, later=later))


@pytest.mark.parametrize(
    "text",
    ["", "8507300332", "850730033280", "85.07.30-033.28", "85073003328 ", " 85073003328", "+8507300332", "8507300332x",
     "٨٥٠٧٣٠٠٣٣٢٨", "8507300332²", "85_07300332", "85073003328\n"],
)  # fmt: skip
def test_only_eleven_plain_digits_are_read(text: str) -> None:
    with pytest.raises(InvalidSsinError, match="exactly 11 digits"):
        parse_ssin(text)


@given(nine_digits, st.integers(0, 99))
def test_an_error_never_contains_the_number(digits: str, check: int) -> None:
    number = f"{digits}{check:02d}"
    if accepted(number):
        return
    with pytest.raises(InvalidSsinError) as caught:
        parse_ssin(number, "persons[3].ssin")
    error = caught.value
    said = repr(error) + str(error) + repr(error.violations) + repr(error.metadata) + repr(error.__cause__)
    assert number not in said
    assert digits not in said
    assert error.violations[0].field == "persons[3].ssin"


def test_a_wrong_number_is_a_wrong_request() -> None:
    with pytest.raises(InvalidRequestError) as caught:
        parse_ssin("85073003329")
    assert isinstance(caught.value, InvalidSsinError)
    assert caught.value.violations[0].field == "ssin"


@given(nine_digits)
def test_exactly_the_check_digits_of_the_two_centuries_are_accepted(digits: str) -> None:
    valid = {made(digits), made(digits, later=True)}
    found = {f"{digits}{check:02d}" for check in range(100) if accepted(f"{digits}{check:02d}")}
    assert found in (valid, set())


@given(st.lists(st.tuples(nine_digits, st.integers(0, 99), st.sampled_from(["any", "earlier", "later"])), max_size=40))
def test_a_column_is_judged_as_its_numbers_are(rows: list[tuple[str, int, str]]) -> None:
    texts = [
        f"{digits}{check:02d}" if which == "any" else made(digits, later=which == "later")
        for digits, check, which in rows
    ]
    column = np.array([int(text) for text in texts], dtype=np.int64)
    verdicts = valid_ssins(column)
    assert verdicts.dtype == np.bool_
    assert verdicts.tolist() == [accepted(text) for text in texts]


def test_a_column_refuses_what_has_not_eleven_digits() -> None:
    good = int(made("850730033"))
    same_remainder = 97 * 10**11  # leaves the last eleven digits and the remainder as they are
    column = np.array([good, -good, good + same_remainder, good - same_remainder, 10**18, -1, 0], dtype=np.int64)
    assert valid_ssins(column).tolist() == [True, *[False] * 6]
    assert valid_ssins(np.array([], dtype=np.int64)).tolist() == []


def test_a_month_of_no_kind_has_no_kind() -> None:
    with pytest.raises(InvalidSsinError, match="month digits"):
        kind_of(85_13_01_001_00)


# ---- beside python-stdnum, which reads the clock and is laxer; every known difference is listed

DIVERGENCES = {
    "counter 000 of the national register": (made("850730000"), False, True),
    "day 32": (made("850232001"), False, True),
    "day 32 of a bis number": (made("852232001"), False, True),
    "a birth after 2000 in a year that has not come": (made("990101001", later=True), True, False),
    "the printed form": ("85.07.30-033.28", False, True),
    "blanks around": (" 85073003328", False, True),
}


@pytest.mark.parametrize(("number", "ours", "theirs"), DIVERGENCES.values(), ids=DIVERGENCES.keys())
def test_listed_divergence_from_stdnum(number: str, *, ours: bool, theirs: bool) -> None:
    assert accepted(number) is ours
    assert ssn.is_valid(number) is theirs


def reason_to_differ(number: str) -> bool:
    month, day, counter = int(number[2:4]), int(number[4:6]), int(number[6:9])
    only_later = number != made(number[:9]) and number == made(number[:9], later=True)
    return day > 31 or (month <= 12 and counter == 0) or only_later


@given(nine_digits, st.integers(0, 99), st.sampled_from(["any", "earlier", "later"]))
def test_otherwise_as_stdnum(digits: str, check: int, which: str) -> None:
    number = f"{digits}{check:02d}" if which == "any" else made(digits, later=which == "later")
    assert accepted(number) == ssn.is_valid(number) or reason_to_differ(number)

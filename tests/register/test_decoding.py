"""Columns of text are read as the parsers of single values read them."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from rules_service.algebra import InvalidDayError, parse_day
from rules_service.errors import InvalidSsinError
from rules_service.identifiers import format_ssin, parse_ssin
from rules_service.register.decoding import begin_day, decode, decode_ssins
from tests.register.support import national

SSINS = st.one_of(
    st.none(),
    st.text(max_size=13),
    st.integers(0, 99_999_999_999).map(format_ssin),
    st.integers(1, 997).map(lambda person: format_ssin(national(person))),
)


@given(st.lists(SSINS, max_size=10))
@example(["٨٥٠٧٣٠٠٠١٠١", "8507300010１"])
def test_ssins(texts: list[str | None]) -> None:
    decoded = decode_ssins(pa.array(texts, pa.string()))
    for row, text in enumerate(texts):
        try:
            expected = parse_ssin("" if text is None else text)
        except InvalidSsinError:
            assert decoded.problems[row]
            assert text is None or not text.isdecimal() or text not in decoded.problems[row]
        else:
            assert (row in decoded.problems, int(decoded.values[row])) == (False, expected)


@given(st.lists(st.one_of(st.none(), st.dates().map(str), st.text("0123456789-", max_size=10)), max_size=10))
def test_days(texts: list[str | None]) -> None:
    decoded = decode(pa.array(texts, pa.string()), begin_day)
    for row, text in enumerate(texts):
        try:
            expected = parse_day("" if text is None else text)
        except InvalidDayError:
            assert decoded.problems[row]
        else:
            assert (row in decoded.problems, int(decoded.values[row])) == (False, expected)

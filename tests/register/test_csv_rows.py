"""Rows that are cut into columns at once are the rows that reading them one by one finds."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import example, given
from hypothesis import strategies as st

from rules_service.register.csv_rows import _chunk_by_rows, _plain_chunk
from rules_service.register.row_files import Chunk

HEADER = ("old_ssin", "new_ssin")
FIELDS = st.text(st.sampled_from("ab1 ,;'\t\x00\x0b\x1c\x85\u2028é😀\udce9"), max_size=4)
LINES = st.one_of(
    st.tuples(FIELDS, FIELDS).map(",".join),
    st.sampled_from(["", " ", ",", ",,", "a", '"a",b', "x" * 5_000 + ",y", "x" * 200_000 + ",y", "NULL,nan"]),
)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


def contents(chunk: Chunk) -> tuple[list[int], dict[str, list[str | None]]]:
    return chunk.lines.tolist(), {name: column.to_pylist() for name, column in chunk.columns.items()}


@given(st.lists(st.tuples(LINES, ENDS).map("".join), min_size=1, max_size=8), st.integers(1, 5))
@example(["NULL,nan\n", "N/A,\n"], 1)
@example(["a,b\n", ",\r\n", "é,\x00"], 1)
def test_plain_lines_have_the_rows_that_they_have_one_by_one(lines: Sequence[str], before: int) -> None:
    plain = _plain_chunk(lines, HEADER, before)
    careful, used = _chunk_by_rows(lines, iter(()), HEADER, before)
    assert used == len(lines)
    if plain is None:
        assert careful.misfits or used > len(careful.lines) or not is_plain(lines)
    else:
        assert not careful.misfits
        assert contents(plain) == contents(careful)


def is_plain(lines: Sequence[str]) -> bool:
    return all(
        len(line) < 4_000 and '"' not in line and not any("\ud800" <= c <= "\udfff" for c in line) for line in lines
    )


def test_a_row_that_goes_on_behind_the_chunk_is_read_to_its_end() -> None:
    following = iter(['c",d\n', "e,f\n"])
    chunk, used = _chunk_by_rows(["a,b\n", '"two\n'], following, HEADER, 7)
    assert contents(chunk) == ([8, 9], {"old_ssin": ["a", "two\nc"], "new_ssin": ["b", "d"]})
    assert (used, list(following)) == (3, ["e,f\n"])

"""Whatever the bytes of a file are, loading gives a ruleset or a list of mistakes, and soon."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules_service.errors import Mistake, RuleAuthorError
from rules_service.load import load_cases, load_rulesets

HERE = Path(__file__).parent / "rulesets"
pytestmark = pytest.mark.timeout(120)  # an endless loop is a failure; how fast a file is read is not tested
FILES = ("common.yaml", "4_01_pensions.yaml", "information_types.yaml", "4_01_pensions.cases.yaml")
WORDS = (
    *("requester", "codes", "[", "]", "{", "}", ":", "- ", "\n", " ", "'", '"', "|", ">-", "#", "&a ", "*a", "!!int "),
    *("1-9", "999", "any", "all", "null", "~", "true", "-1", "1e9", "9" * 30, ".nan", "system_date", "request_period"),
    *(
        "- 2 months",
        "..",
        "min(",
        ")",
        "\t",
        "\r",
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "? ",
        "é",
        "\x00",
        "\u2028",
        "<<: ",
    ),
)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        yield Path(name)


def check_load(folder: Path, name: str, content: bytes) -> None:
    """Whatever one file of a right folder holds: mistakes in files of the folder, or none, and no other error."""
    for path in HERE.iterdir():
        (folder / path.name).write_bytes(content if path.name == name else path.read_bytes())
    mistakes = mistakes_of(folder, name)
    assert {mistake.file for mistake in mistakes} <= {path.name for path in HERE.iterdir()}


def mistakes_of(folder: Path, name: str) -> tuple[Mistake, ...]:
    try:
        load_cases(folder / name) if name.endswith(".cases.yaml") else load_rulesets(folder)
    except RuleAuthorError as error:
        return error.mistakes
    return ()


@given(content=st.binary(max_size=300))
def test_random_bytes(content: bytes, folder: Path) -> None:
    check_load(folder, "4_01_pensions.yaml", content)


@given(text=st.text(max_size=300))
def test_random_text(text: str, folder: Path) -> None:
    check_load(folder, "common.yaml", text.encode("utf-8", "surrogatepass"))


@given(words=st.lists(st.sampled_from(WORDS), max_size=40))
def test_random_words_of_yaml(words: list[str], folder: Path) -> None:
    check_load(folder, "4_01_pensions.cases.yaml", "".join(words).encode())


def mutated(text: str, luck: random.Random) -> str:
    """The text with a few pieces removed, repeated, exchanged or replaced by words that mean something."""
    for _ in range(luck.randint(1, 4)):
        start = luck.randrange(len(text))
        end = min(len(text), start + luck.choice((0, 1, 1, 5, 40)))
        piece = luck.choice((*luck.sample(WORDS, 3), text[start:end] * 2, ""))
        text = text[:start] + piece + text[end:]
    return text


@pytest.mark.parametrize("name", FILES)
@given(seed=st.integers(0, 2**32))
def test_mutations_of_a_file_that_is_right(name: str, seed: int, folder: Path) -> None:
    text = (HERE / name).read_text(encoding="utf-8")
    check_load(folder, name, mutated(text, random.Random(seed)).encode())


def shuffled(text: str, luck: random.Random) -> str:
    """The text with the values of some of its keys exchanged: well formed, and wrong in its types."""
    lines = text.split("\n")
    keyed = [index for index, line in enumerate(lines) if ": " in line]
    for _ in range(luck.randint(1, 5)):
        one, other = luck.sample(keyed, 2)
        (key, _, value), (other_key, _, other_value) = (lines[index].partition(": ") for index in (one, other))
        lines[one], lines[other] = f"{key}: {other_value}", f"{other_key}: {value}"
    return "\n".join(lines)


@pytest.mark.parametrize("name", FILES)
@given(seed=st.integers(0, 2**32))
def test_values_under_the_wrong_keys(name: str, seed: int, folder: Path) -> None:
    text = (HERE / name).read_text(encoding="utf-8")
    check_load(folder, name, shuffled(text, random.Random(seed)).encode())


HOSTILE = {
    "deep lists": "[" * 200_000,
    "deep mappings": "{" * 200_000,
    "deep blocks": "- " * 200_000,
    "deep keys": "? " * 200_000,
    "keys in keys": "a: " * 100_000,
    "anchors": "&a " * 100_000,
    "escapes": '"' + "\\" * 99_999,
    "an alias of itself": "a: &a [*a]",
    "many aliases": "a: &a [x]\nb: [" + "*a, " * 1_000 + "]",
    "a long word": "x" * 400_000,
    "one key many times": "a:\n" * 10_000,
    "a long list": "- a\n" * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_stop_early(name: str, folder: Path) -> None:
    check_load(folder, "4_01_pensions.yaml", HOSTILE[name].encode())

"""Names, birth dates, card numbers, keys and proofs, as pure rules (S28)."""

from __future__ import annotations

import hmac
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules_service.errors import InvalidRequestError
from rules_service.register.persons import BirthDate, GivenPerson, GivenProof, parse_birth_date, parse_card_number
from rules_service.register.persons.keys import KeyFile, KeyUnusableError, Part, SecretKey, read_or_make
from rules_service.register.persons.names import normal_name
from rules_service.register.persons.proofs import NOTHING, HeldPerson, is_correct

NAMES = [
    ("Peeters", "PEETERS"),
    ("Lefèvre", "LEFEVRE"),
    ("Lefe\N{COMBINING GRAVE ACCENT}vre", "Lefèvre"),
    ("Desirée", "desiree"),
    ("Strauß", "STRAUSS"),
    ("STRAUẞ", "strauss"),
    ("İpek", "ipek"),
    ("IŞIK", "ışık"),
    ("Çelik", "celik"),
    ("Müller", "Muller"),
    ("Sørensen", "SORENSEN"),
    ("Łukasz", "lukasz"),
    ("Đorđević", "Dordevic"),
    ("Æneas", "aeneas"),
    ("D'Hondt", "D’HONDT"),
    ("D`Hondt", "d hondt"),
    ("Dʼ Hondt", "DHondt"),
    ("Dupont-Durand", "DUPONT DURAND"),
    ("Dupont\N{NON-BREAKING HYPHEN}Durand", "Dupont\N{EN DASH}Durand"),
    ("  Van  den\N{NO-BREAK SPACE}Berg ", "VANDENBERG"),
    ("Jr. Smith", "jr smith"),
    ("ﬁnk", "FINK"),
    ("Ĳsbrand", "ijsbrand"),
    ("Παπαδόπουλος", "ΠΑΠΑΔΟΠΟΥΛΟΣ"),
    ("Ёлкин", "ЕЛКИН"),
]


@pytest.mark.parametrize(("one", "other"), NAMES)
def test_names_that_are_the_same(one: str, other: str) -> None:
    assert normal_name(one) == normal_name(other) != ""


@pytest.mark.parametrize(("one", "other"), [("Peeters", "Peters"), ("Müller", "Mueller"), ("Dupont Durand", "Durand")])
def test_names_that_are_not(one: str, other: str) -> None:
    assert normal_name(one) != normal_name(other)


@pytest.mark.parametrize("text", ["", " ", "-", "'’ʼ`", "\N{COMBINING ACUTE ACCENT}", "\0\n", "😀"])
def test_a_name_without_a_letter_is_empty(text: str) -> None:
    assert normal_name(text) == ""


LATIN = st.text(st.characters(max_codepoint=0x24F), max_size=20)


@given(LATIN)
def test_case_and_composition_never_matter(text: str) -> None:
    normal = normal_name(text)
    assert normal_name(normal) == normal
    assert normal_name(text.upper()) == normal_name(text.lower()) == normal
    assert normal_name(unicodedata.normalize("NFD", text)) == normal_name(unicodedata.normalize("NFC", text)) == normal


@given(LATIN, st.sampled_from("-' ’‐.·\u0301\u0327"))
def test_separators_and_marks_never_matter(text: str, between: str) -> None:
    assert normal_name(between.join(text)) == normal_name(text)


AGREE = [
    ("1980-05-17", "1980-05-17", True),
    ("1980-05-17", "1980-05-18", False),
    ("1980-05-17", "1980-06-17", False),
    ("1980-05-17", "1981-05-17", False),
    ("1980-05-17", "1980-05-00", True),
    ("1980-05-17", "1980-00-00", True),
    ("1980-05-17", "1980-06-00", False),
    ("1980-05-17", "1980-00-17", True),
    ("1980-05-17", "1980-00-18", False),
    ("1980-05-00", "1980-00-17", True),
    ("1980-00-00", "1980-00-00", True),
    ("1980-00-00", "1981-00-00", False),
    ("1980-02-29", "1980-02-29", True),
    ("1980-02-29", "1980-02-28", False),
    ("1980-02-29", "1980-03-01", False),
    ("1980-02-29", "1980-02-00", True),
    ("1981-00-29", "1981-03-29", True),
    ("0000-00-00", "1980-05-17", False),
    ("0000-00-00", "1980-00-00", False),
    ("0000-00-00", "0000-00-00", False),
]


@pytest.mark.parametrize(("one", "other", "agree"), AGREE)
def test_birth_dates_agree_where_no_known_part_differs(one: str, other: str, agree: bool) -> None:
    assert parse_birth_date(one).agrees_with(parse_birth_date(other)) is agree
    assert parse_birth_date(other).agrees_with(parse_birth_date(one)) is agree


NO_DATES = [
    "",
    "1980",
    "1980-05",
    "1980-5-7",
    "19800517",
    "1980-13-01",
    "1980-02-30",
    "1981-02-29",
    "1980-00-32",
    "1980-04-31",
    "0000-05-17",
    "0000-00-01",
    "٠٩٨٠-05-17",
    "1980-05-17\n",
    " 1980-05-17",
]


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_birth_date(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="unknown month or day is 00"):
        parse_birth_date(text)


@pytest.mark.parametrize(
    ("text", "digits"),
    [("000-0011032-71", "000001103271"), ("591191706458", "591191706458"), ("123 456.78/90", "1234567890"), ("7", "7")],
)
def test_card_numbers_are_their_digits(text: str, digits: str) -> None:
    assert parse_card_number(text) == digits


@pytest.mark.parametrize("text", ["", "-", "B12345678", "12345678901234567890 1", "٣٤٥", "1²", "12\x00"])
def test_what_is_no_card_number(text: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        parse_card_number(text, "proof.sis_card_number")
    assert caught.value.violations[0].field == "proof.sis_card_number"
    assert text == "" or text not in str(caught.value) or text == "-"


KEY = SecretKey(bytes(range(32)))
NUMBER, OTHER_NUMBER = 80_000_100_000, 80_200_100_000


def held(
    ssin: int = NUMBER,
    last: str = "Lefèvre",
    first: str = "Anne-Marie",
    born: str = "1980-05-17",
    identity: str = "591191706458",
    sis: str = "",
) -> HeldPerson:
    return HeldPerson(
        ssin,
        KEY,
        KEY.digest(Part.LAST_NAME, ssin, normal_name(last)),
        KEY.digest(Part.FIRST_NAME, ssin, normal_name(first)) if first else NOTHING,
        parse_birth_date(born),
        KEY.digest(Part.IDENTITY_CARD, ssin, identity) if identity else NOTHING,
        KEY.digest(Part.SIS_CARD, ssin, sis) if sis else NOTHING,
    )


def named(last: str = "LEFEVRE", first: str = "", born: str = "1980-05-17") -> GivenProof:
    return GivenProof(person=GivenPerson(last, first, parse_birth_date(born)))


PROOFS = [
    (GivenProof(identity_card_number="591191706458"), True),
    (GivenProof(identity_card_number="591191706459"), False),
    (GivenProof(identity_card_number="0591191706458"), False),
    (GivenProof(sis_card_number="591191706458"), False),
    (named(), True),
    (named(first="anne marie"), True),
    (named(first=" "), True),
    (named(first="Anne"), False),
    (named(last="Lefèvres"), False),
    (named(last="-"), False),
    (named(born="1980-00-00"), True),
    (named(born="1980-05-18"), False),
    (named(born="0000-00-00"), False),
    (GivenProof("591191706458", None, named().person), True),
    (GivenProof("591191706459", None, named().person), False),
    (GivenProof("591191706458", None, named(last="Other").person), False),
    (GivenProof("591191706458", "1"), False),
    (GivenProof(), False),
]


@pytest.mark.parametrize(("proof", "correct"), PROOFS)
def test_s28_everything_that_is_given_must_be_right(proof: GivenProof, correct: bool) -> None:
    assert is_correct(proof, [held()]) is correct
    assert is_correct(proof, []) is False
    assert is_correct(proof, [replace(held(), key=SecretKey(bytes(32)))]) is False


def test_a_person_without_first_name_or_birth_date() -> None:
    assert is_correct(named(), [held(first="")])
    assert not is_correct(named(first="Anne-Marie"), [held(first="")])
    assert not is_correct(named(first="-"), [held(first="")])
    assert not is_correct(named(), [held(born="0000-00-00")])


def test_s18_any_record_of_the_person_may_confirm_a_part_but_names_and_birth_date_belong_together() -> None:
    records = [held(), held(OTHER_NUMBER, last="Lefebvre", born="1979-00-00", identity="", sis="1234567890")]
    assert is_correct(named(), records)
    assert is_correct(named("Lefebvre", born="1979-01-01"), records)
    assert not is_correct(named("Lefebvre"), records)
    assert is_correct(GivenProof("591191706458", "1234567890"), records)


def test_the_same_text_has_another_digest_for_each_person_and_part() -> None:
    texts = [(part, ssin, "17") for part in Part for ssin in (NUMBER, OTHER_NUMBER, 1)]
    assert len({KEY.digest(*text) for text in texts}) == len(texts)
    assert KEY.digest(Part.SIS_CARD, 1, "17") == KEY.digest(Part.SIS_CARD, 1, "17")
    assert KEY.fingerprint not in {KEY.digest(*text) for text in texts}


@pytest.mark.parametrize("records", [[], [held()], [held(), held(OTHER_NUMBER)]], ids=["nobody", "one", "two"])
@pytest.mark.parametrize("right", ["", "identity", "sis", "last", "first", "born"])
def test_every_part_is_compared_whatever_the_others_say(
    records: list[HeldPerson], right: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two cards, two names and three parts of the date for each record, and for the stand-in where there is none."""
    real, sizes = hmac.compare_digest, []

    def counted(one: bytes, other: bytes) -> bool:
        sizes.append((len(one), len(other)))
        return real(one, other)

    monkeypatch.setattr(hmac, "compare_digest", counted)
    person = GivenPerson(
        "Lefèvre" if right == "last" else "x",
        "Anne-Marie" if right == "first" else "x",
        BirthDate(1980, 5, 17) if right == "born" else BirthDate(1, 1, 1),
    )
    is_correct(GivenProof("591191706458" if right == "identity" else "1", "1", person), records)
    assert sizes == [(32, 32)] * 2 * max(1, len(records)) + ([(32, 32)] * 2 + [(2, 2)] * 3) * max(1, len(records))


def test_nothing_of_a_person_is_shown() -> None:
    shown = [GivenProof("591191706458", "1", named().person), named().person, held(), BirthDate(1980, 5, 17), KEY]
    for each in shown:
        assert not any(secret in f"{each} {each!r}" for secret in ("5911", "LEFEVRE", "1980", "1, 2, 3", "\\x01"))


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "register.sqlite.key"
    made = read_or_make(file).newest
    assert file.stat().st_mode & 0o777 == 0o600
    assert read_or_make(file).newest.fingerprint == KeyFile(file).newest.fingerprint == made.fingerprint
    assert list(tmp_path.iterdir()) == [file]
    assert read_or_make(tmp_path / "other.key").newest.fingerprint != made.fingerprint


def test_a_key_file_holds_those_that_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "key"
    first = read_or_make(file).newest
    second, third = KeyFile(file).add(), KeyFile(file).add()
    keys = KeyFile(file)
    assert keys.newest.fingerprint == third.fingerprint
    for key in (first, second, third):
        found = keys.find(key.fingerprint)
        assert found is not None
        assert found.digest(Part.ATTEMPT, 1, "x") == key.digest(Part.ATTEMPT, 1, "x")
    for _ in range(2):
        keys.remove(second.fingerprint)
        assert [KeyFile(file).find(key.fingerprint) is None for key in (first, second, third)] == [False, True, False]
    assert (file.stat().st_mode & 0o777, len(file.read_text().split())) == (0o600, 2)


@pytest.mark.parametrize("content", ["", "00", "0" * 63, "0" * 66, "x" * 64, "é" * 32])
def test_what_is_no_key(tmp_path: Path, content: str) -> None:
    file = tmp_path / "key"
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(KeyUnusableError, match="is not the key"):
        read_or_make(file)


def test_a_key_that_is_missing_or_open_to_others(tmp_path: Path) -> None:
    with pytest.raises(KeyUnusableError, match="is missing"):
        KeyFile(tmp_path / "key")
    with pytest.raises(KeyUnusableError, match="cannot be written"):
        read_or_make(tmp_path / "no folder" / "key")
    read_or_make(tmp_path / "key")
    (tmp_path / "key").chmod(0o640)
    with pytest.raises(KeyUnusableError, match="0600"):
        KeyFile(tmp_path / "key")

"""Messages that are right, slightly wrong, written in another order, or damaged."""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from tests.serve.test_bad_input import requests as random_requests
from tests.serve.world import (
    ASSOCIATION,
    CPAS,
    ELSEWHERE,
    FORMERLY,
    INTEGRATED,
    NOBODY,
    OTHER_CPAS,
    PARTNER,
    RENAMED,
    REPLACED,
    UNKNOWN,
    WALLOON_CPAS,
    inline,
)

OPERATIONS = (
    "Small.today",
    "Small.consult",
    "Small.heating",
    "Small.decision",
    "Small.withProof",
    "Small.whole",
    "OldConsult",
    "Small",
    "Smal.today",
    "",
)
RIGHT_SSINS = (INTEGRATED, ELSEWHERE, FORMERLY, REPLACED, RENAMED, UNKNOWN)
WRONG_SSINS = ("80010100199", "8001010010", "800101001077", "", "80.01.01-001.07", "é0010100107", "80991500155")
RIGHT_DAYS = ("2026-01-01", "2026-06-15", "2020-02-29", "2026-12-31", "0001-01-01", "9999-12-31")
WRONG_DAYS = ("2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "0000-01-01", "26-01-01", "2026-01-011", "x")
NAMES = ("reference_date", "heating_period", "validity", "system_date", "request_period", "reference_year", "x", "")


def mostly(right: tuple[str, ...], wrong: tuple[str, ...]) -> st.SearchStrategy[str]:
    """A right value, one time in ten a wrong one."""
    return st.integers(0, 9).flatmap(lambda draw: st.sampled_from(wrong if draw == 9 else right))


days = mostly(RIGHT_DAYS, WRONG_DAYS)
periods = st.builds(common_pb2.Period, begin_date=days, end_date=st.just("") | days)
requesters = st.one_of(
    st.builds(
        common_pb2.Organisation,
        cbe_number=mostly((CPAS, OTHER_CPAS, WALLOON_CPAS, PARTNER, ASSOCIATION, NOBODY), ("0207000078", "123", "é")),
    ),
    st.builds(
        common_pb2.Organisation, sector=st.sampled_from([17, 40, -1, 1000]), institution=st.sampled_from([1, 21])
    ),
    st.just(common_pb2.Organisation(sector=40)),
    st.none(),
)
likely_requests = st.builds(
    pb.DecideRequest,
    ticket=st.text(max_size=37) | st.just("ticket"),
    operation=st.sampled_from(OPERATIONS),
    requester=requesters,
    ssins=st.lists(mostly(RIGHT_SSINS, WRONG_SSINS), max_size=3) | st.just([INTEGRATED]),
    quality_code=st.none() | st.sampled_from([0, 1, 2, 4, 999, 1000, -1, 2**31 - 1]),
    legal_context=st.sampled_from(["", "SOCIAL_INQUIRY", "x" * 64, "x" * 65, "ë"]),
    system_date=st.just("") | days,
    request_period=st.none() | periods,
    periods=st.lists(st.builds(pb.NamedPeriod, name=st.sampled_from(NAMES), period=st.none() | periods), max_size=2),
    dates=st.lists(st.builds(pb.NamedDate, name=st.sampled_from(NAMES), date=days), max_size=3),
    parameters=st.dictionaries(
        st.sampled_from(["decision", "user_role", "reference_year", "proof_of_authentication", "x"]),
        st.sampled_from(["grant", "refuse", "social_worker", "2025", "correct", ""]),
        max_size=2,
    ),
    information_types=st.lists(st.sampled_from(["110", "120", "1", "abc"]), max_size=2),
    proof=st.none() | st.just(pb.Proof(identity_card_number="1")),
    consistency=st.none() | st.builds(pb.Consistency, min_revision=st.integers(-1, 4)) | st.just(pb.Consistency()),
    facts=st.sampled_from([0, 0, 0, 1, 3]),
)
inline_requests = likely_requests.map(inline)
plain_requests = st.builds(
    pb.DecideRequest,
    ticket=st.text(max_size=36),
    operation=st.sampled_from(OPERATIONS[:7]),
    requester=st.sampled_from([CPAS, OTHER_CPAS, WALLOON_CPAS]).map(
        lambda cbe: common_pb2.Organisation(cbe_number=cbe)
    ),
    ssins=st.lists(st.sampled_from(RIGHT_SSINS), max_size=4, unique=True),
    system_date=st.just("") | st.sampled_from(RIGHT_DAYS),
    request_period=st.none() | st.just(common_pb2.Period(begin_date="2026-01-01", end_date="2026-03-31")),
)
messages = st.one_of(plain_requests, plain_requests, likely_requests, inline_requests, random_requests)
batches = st.lists(messages, max_size=6).map(lambda items: pb.BatchDecideRequest(requests=items).SerializeToString())


def framed(items: list[bytes]) -> bytes:
    """Items as the requests of a message, each written as it is."""
    return b"".join(b"\x0a" + number(len(item)) + item for item in items)


def number(value: int, least: int = 1) -> bytes:
    """A number as the wire writes it, on so many bytes at least."""
    groups: list[int] = []
    while value or not groups or len(groups) < least:
        groups.append(value & 0x7F)
        value >>= 7
    return bytes([*(group | 0x80 for group in groups[:-1]), groups[-1]])


def parts_of(message: pb.DecideRequest) -> list[bytes]:
    """Each field of a message alone: put together in any order they are the message again, as protobuf reads it."""
    return [type(message)(**{field.name: value}).SerializeToString() for field, value in message.ListFields()]


@st.composite
def shuffled(draw: st.DrawFn) -> bytes:
    """A batch of one request whose fields stand in any order, some of them twice."""
    parts = parts_of(draw(st.one_of(plain_requests, likely_requests)))
    again = draw(st.lists(st.sampled_from(parts), max_size=2)) if parts else []
    return framed([b"".join(draw(st.permutations([*parts, *again])))])


STRANGE = (
    b"",
    b"\x9a\x06\x01x",  # a field that nobody knows
    b"\x1b\x1c",  # a group
    b"\x0c",  # the end of one that never began
    b"\x0d\x01\x02\x03\x04",  # four bytes in place of a text
    b"\x09\x01\x02\x03\x04\x05\x06\x07\x08",
    b"\x0e",
    b"\x0f",
    b"\x08\x01",  # a number in place of a text
    b"\x00",
    b"\x8a\x00\x01x",  # a tag on two bytes
    b"\x0a\xff\xff\xff\xff\x0f",
    b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
    b"\x28" + b"\xff" * 9 + b"\x01",
    b"\x28" + b"\xff" * 10,
    b"\x28\x82\x80\x00",
    b"\x0a\x82\x00xx",
    b"\x78\x01",
    b"\x78\x81\x00",
    b"\x22\x0b80010100107",
    b"\x0a\x02\xc3\x28",
    b"\x0a\x03\xed\xa0\x80",
)


def damaged(raw: bytes, random: Random) -> bytes:
    """Bytes with a few of them changed, taken out or put in, or something strange among them."""
    data = bytearray(raw)
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(data) + 1)
        match random.randrange(6):
            case 0 if at < len(data):
                data[at] = random.randrange(256)
            case 1 if at < len(data):
                data[at] ^= 1 << random.randrange(8)
            case 2:
                del data[at : at + random.randint(1, 4)]
            case 3:
                data[at:at] = random.choice(STRANGE)
            case 4:
                del data[at:]
            case _:
                data[at:at] = data[: random.randrange(20)]
    return bytes(data)

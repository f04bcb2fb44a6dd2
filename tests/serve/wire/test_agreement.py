"""Whatever the bytes of a batch are: the answer of the way in columns is that of `Decide` for each request."""

from __future__ import annotations

from collections import Counter
from itertools import islice, permutations
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.serve.limits import Limits
from rules_service.serve.permissions import ALL_PERMISSIONS, Permission
from tests.serve import world
from tests.serve.test_batch import assorted
from tests.serve.wire.ordinary import Desk, desk
from tests.serve.wire.strategies import STRANGE, batches, damaged, framed, number, parts_of, plain_requests, shuffled
from tests.serve.world import CPAS, INTEGRATED, REPLACED, inline, period, person, request

SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)


def batch(*messages: pb.DecideRequest) -> bytes:
    return pb.BatchDecideRequest(requests=messages).SerializeToString()


def everything() -> pb.DecideRequest:
    """A request with every field that is read in columns."""
    message = request("Small.heating", INTEGRATED, REPLACED, ticket="één ☂ 🏠")
    message.quality_code = 2
    message.legal_context = "SOCIAL_INQUIRY"
    message.system_date = "2026-02-28"
    message.request_period.CopyFrom(period("2026-01-01"))
    message.periods.add(name="heating_period").period.CopyFrom(period("2025-10-01", "2026-03-31"))
    message.dates.add(name="reference_date", date="2024-02-29")
    message.dates.add(name="reference_date", date="2026-01-01")
    message.parameters["decision"] = "grant"
    message.information_types.extend(["110", "120"])
    message.facts = pb.FACTS_SOURCE_REGISTER
    return message


def test_requests_of_every_sort(both: Desk) -> None:
    raw = batch(*assorted(), everything())
    answer = both.check_same(raw)
    assert isinstance(answer, pb.BatchDecideResponse)
    reasons = Counter(result.decision.reason for result in answer.results if result.HasField("decision"))
    assert len(reasons) >= 6
    assert any(result.decision.status.information for result in answer.results)
    assert any(result.decision.evidence for result in answer.results)
    assert any(result.decision.system_date for result in answer.results)


def test_what_is_ordinary_goes_in_columns(both: Desk) -> None:
    on_latest = [each for each in assorted() if not each.facts and not each.HasField("consistency")]
    on_latest = [each for each in on_latest if not each.HasField("proof")]
    # All but the wrong number: what the rules alone find wrong is an error of its row.
    assert both.rows_of(batch(*on_latest)) == len(on_latest) - 1
    assert both.rows_of(batch(everything())) == 1


def test_no_request_at_all(both: Desk) -> None:
    answer = both.check_same(b"")
    assert isinstance(answer, pb.BatchDecideResponse)
    assert (len(answer.results), answer.system_date, answer.register_revision) == (0, "2026-06-15", 0)


def test_warming_up_changes_no_answer(both: Desk) -> None:
    both.in_columns.warm_up()
    both.check_same(batch(request()))


def test_errors_alone_need_no_register(both: Desk) -> None:
    answer = both.check_same(batch(pb.DecideRequest(), request("Small.today", "123")))
    assert isinstance(answer, pb.BatchDecideResponse)
    assert answer.register_revision == 0


def test_the_largest_batch(both: Desk) -> None:
    random = Random(1)
    persons = [person(counter) for counter in range(1, 8)]
    messages = [
        request(random.choice(["Small.today", "Small.whole"]), random.choice(persons), ticket=str(place))
        for place in range(10_000)
    ]
    for message in random.sample(messages, 100):
        message.ssins.append("x")
    answer = both.check_same(batch(*messages))
    assert isinstance(answer, pb.BatchDecideResponse)
    assert sum(result.HasField("error") for result in answer.results) == 100


def test_many_persons(both: Desk) -> None:
    hundred = [person(counter) for counter in range(1, 101)]
    assert both.rows_of(batch(request("Small.today", *hundred))) == 1
    both.check_same(batch(request("Small.today", *hundred), request("Small.today", *hundred[:99], hundred[0])))
    assert both.rows_of(batch(request("Small.today", *hundred, person(101)))) == 0
    both.check_same(batch(request("Small.today", *hundred, person(101))))


@SHARED
@given(raw=batches)
def test_any_messages(both: Desk, raw: bytes) -> None:
    both.check_same(raw)


@SHARED
@given(raw=st.lists(shuffled(), max_size=3).map(b"".join))
def test_fields_in_any_order_and_several_times(both: Desk, raw: bytes) -> None:
    both.check_same(raw)


@SHARED
@given(raw=batches, seed=st.integers(0, 2**32))
def test_damaged_bytes(both: Desk, raw: bytes, seed: int) -> None:
    both.check_same(damaged(raw, Random(seed)))


@SHARED
@given(message=plain_requests, seed=st.integers(0, 2**32))
def test_one_damaged_request_among_good_ones(both: Desk, message: pb.DecideRequest, seed: int) -> None:
    good = message.SerializeToString()
    both.check_same(framed([good, damaged(good, Random(seed)), good]))


@SHARED
@given(raw=st.binary(max_size=200))
def test_random_bytes(both: Desk, raw: bytes) -> None:
    both.check_same(raw)


@pytest.mark.parametrize("strange", STRANGE, ids=bytes.hex)
def test_something_strange_in_every_place(both: Desk, strange: bytes) -> None:
    parts = parts_of(everything())
    for place in range(len(parts) + 1):
        both.check_same(framed([b"".join([*parts[:place], strange, *parts[place:]])]))
    good = request().SerializeToString()
    both.check_same(framed([good]) + strange + framed([good]))


def heating() -> pb.DecideRequest:
    """A request that is granted by one of its values alone, so that none may be taken for another."""
    message = request("Small.heating", ticket="one", requester=CPAS)
    message.system_date = "2026-02-28"
    message.request_period.CopyFrom(period("2019-01-01", "2019-01-31"))
    message.periods.add(name="heating_period").period.CopyFrom(period("2018-01-01", "2018-12-31"))
    message.dates.add(name="reference_date", date="2026-01-01")
    return message


def test_only_one_order_is_read_in_columns(both: Desk) -> None:
    parts = parts_of(heating())
    assert both.rows_of(framed([b"".join(parts)])) == 1
    for order in islice(permutations(parts), 1, None, 97):
        raw = framed([b"".join(order)])
        assert both.rows_of(raw) == 0
        both.check_same(raw)


@pytest.mark.parametrize(
    "last", [b"\x0a\x00", b"\x0a\x03two", b"\x12\x00", b"\x1a\x00", b"\x28\x01", b"\x32\x01x", b"\x3a\x00"]
)
def test_a_field_that_comes_twice_is_not_read_in_columns(both: Desk, last: bytes) -> None:
    """The last one counts, as protobuf reads it, or both together make one message."""
    parts = [part for part in parts_of(heating()) if part[0] <= last[0]]
    both.check_same(framed([b"".join([*parts, last])]))
    twice = framed([b"".join([*parts, last, last])])
    both.check_same(twice)
    assert both.rows_of(twice) == 0


def test_a_size_written_at_length(both: Desk) -> None:
    item = everything().SerializeToString()
    for least in range(1, 11):
        raw = b"\x0a" + number(len(item), least) + item
        answer = both.check_same(raw)
        assert isinstance(answer, pb.BatchDecideResponse) == (least <= 5)


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_message_that_ends_too_early(both: Desk, cut: int) -> None:
    raw = batch(everything(), everything())
    assert both.check_same(raw[:-cut]) == both.check_same(b"\x0a\x05\x0a")


def test_what_was_learned_from_one_request_holds_for_no_other(both: Desk) -> None:
    good, other_name, other_size = request("Small.today"), request("Small.todax"), request("Small.toda")
    longer = request("Small.today\0")
    for raw in (batch(good), batch(other_name, other_size, longer, good), batch(longer, good, other_name)):
        both.check_same(raw)
    no_person = pb.DecideRequest()
    no_person.CopyFrom(good)
    no_person.ClearField("ssins")
    both.check_same(batch(good, no_person, good))
    both.check_same(batch(no_person, good))


def test_open_ends_are_no_ends(both: Desk) -> None:
    ended, opened = request("Small.consult"), request("Small.consult")
    ended.request_period.CopyFrom(period("2026-01-01", "9999-12-31"))
    opened.request_period.CopyFrom(period("2026-01-01"))
    answer = both.check_same(batch(ended, opened, ended))
    assert isinstance(answer, pb.BatchDecideResponse)
    assert [result.WhichOneof("result") for result in answer.results] == ["decision", "error", "decision"]


@pytest.mark.parametrize("missing", [frozenset({each}) for each in Permission] + [ALL_PERMISSIONS])
def test_permissions(register_file: Path, missing: frozenset[Permission]) -> None:
    dated, odd_and_dated, given_facts = request(), request("Small.today", "123"), inline(request())
    dated.system_date = odd_and_dated.system_date = "2026-01-01"
    both_at_once = inline(request())
    both_at_once.system_date = "2026-01-01"
    batches = [
        batch(request(), dated, given_facts),
        batch(request(), given_facts, dated),
        batch(odd_and_dated, dated),
        batch(dated, odd_and_dated),
        batch(request(), both_at_once),
        batch(request()),
    ]
    with desk(world.RULESETS, register_file, world.TODAY, permissions=ALL_PERMISSIONS - missing) as found:
        outcomes = [found.check_same(raw) for raw in batches]
    refused = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert all("PermissionMissingError" in outcome for outcome in refused)
    assert bool(refused) == bool(missing & {Permission.AS_OF, Permission.INLINE_FACTS})
    if Permission.AS_OF in missing:
        assert "requests[1].system_date" in refused[0]


def test_limits(register_file: Path) -> None:
    limits = Limits(max_batch_size=3, max_batch_persons=4)
    two, wrong = request("Small.today", person(1), person(2)), request("Small.today", "x")
    with desk(world.RULESETS, register_file, world.TODAY, limits=limits) as found:
        assert isinstance(found.check_same(batch(two, two)), pb.BatchDecideResponse)
        for raw in (batch(*[request()] * 4), batch(two, two, wrong), batch(two, two, request())):
            outcome = found.check_same(raw)
            assert isinstance(outcome, str)
            assert outcome.startswith("LimitExceededError")


def test_a_requester_by_sector_and_institution(both: Desk) -> None:
    partner = common_pb2.Organisation(sector=40, institution=21)
    asked = [request("Small.ofAnyCpas", requester="") for _ in range(2)]
    asked[0].requester.CopyFrom(partner)
    asked[1].requester.CopyFrom(common_pb2.Organisation(sector=40))
    assert both.rows_of(batch(*asked)) == 1
    both.check_same(batch(*asked))

"""How fast a batch is read from its bytes and its answer written: straight through columns, and by protobuf objects.

    tests/benchmarks/wire.py [--persons 20000] [--rounds 15] [--seed 1]

Both ways take the same bytes and are checked to give the same answer before anything is timed. They take turns; times
are of the processor, so that others on the machine count little. The last line has items a second and how many times
faster the columns are; the exit code is 1 below 1,000,000 items a second or 5 times.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from integrationcontrol.v1 import decision_service_pb2 as pb  # noqa: E402 (found by the line above)
from rules_service.algebra import parse_day  # noqa: E402
from rules_service.cli.options import RULESETS  # noqa: E402
from rules_service.decision import Decision  # noqa: E402
from rules_service.errors import CallerError  # noqa: E402
from rules_service.register import Register  # noqa: E402
from rules_service.serve.convert import RequestContext, batch_decision_message, request_of  # noqa: E402
from rules_service.serve.rules import Rules  # noqa: E402
from rules_service.serve.wire import BatchReader, BatchWriter, Frames, Memory  # noqa: E402
from tests.benchmarks.run import TODAY, make_register, messages_about  # noqa: E402

LEAST_ITEMS_A_SECOND = 1_000_000
LEAST_RATIO = 5.0


def results_of(decisions: list[Decision | CallerError]) -> list[pb.DecideResult]:
    assert all(isinstance(each, Decision) for each in decisions)
    return [
        pb.DecideResult(decision=batch_decision_message(each, own_date=True, own_revision=False))
        for each in decisions
        if isinstance(each, Decision)
    ]


def without_ids(raw: bytes) -> pb.BatchDecideResponse:
    answer = pb.BatchDecideResponse.FromString(raw)
    for result in answer.results:
        result.decision.ClearField("decision_id")
    return answer


def median_of(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Seconds of the processor for one batch, by way."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            started = time.process_time()
            way()
            seconds[name].append(time.process_time() - started)
    return {name: statistics.median(each) for name, each in seconds.items()}


def measure(persons: int, rounds: int, seed: int, folder: Path) -> int:
    """Print the figures; 1 where one is below its goal."""
    path, pairs = make_register(folder, persons, seed)
    messages = messages_about(pairs, seed)
    for place, message in enumerate(messages):
        message.ticket = f"ticket-{place}"
    raw = pb.BatchDecideRequest(requests=messages).SerializeToString()
    rules, today, shared = Rules.load(RULESETS), parse_day(TODAY), pb.BatchDecideResponse(system_date=TODAY)
    context = RequestContext(rules.plan.request_vocabulary, today)
    reader, writer = BatchReader(Memory(context.vocabulary)), BatchWriter()
    with Register.open(path) as store:
        index = store.snapshot()
    batch = reader.read(Frames.of(raw), today)
    columns = rules.columns.decide_columns(batch.requests, index)
    objects = rules.columns.decide_all([request_of(message, context) for message in messages], index)

    def written_by_protobuf() -> bytes:
        return pb.BatchDecideResponse(results=results_of(objects), system_date=TODAY).SerializeToString()

    def written_from_columns() -> bytes:
        return writer.write(batch, columns, index, (), shared)

    assert len(batch.requests) == len(messages)
    assert without_ids(written_from_columns()) == without_ids(written_by_protobuf())
    ways: dict[str, Callable[[], object]] = {
        "read into columns": lambda: reader.read(Frames.of(raw), today),
        "written from columns": written_from_columns,
        "read by protobuf": lambda: [
            request_of(each, context) for each in pb.BatchDecideRequest.FromString(raw).requests
        ],
        "written by protobuf": written_by_protobuf,
    }
    medians = median_of(ways, rounds)
    for name, seconds in medians.items():
        print(f"{name:22} {seconds / len(messages) * 1e9:9,.0f} ns an item")
    in_columns = medians["read into columns"] + medians["written from columns"]
    ratio = (medians["read by protobuf"] + medians["written by protobuf"]) / in_columns
    rate = len(messages) / in_columns
    print(f"{rate:,.0f} items a second read and written, {ratio:.1f} times protobuf objects")
    return int(rate < LEAST_ITEMS_A_SECOND or ratio < LEAST_RATIO)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return measure(given.persons, given.rounds, given.seed, Path(folder))


if __name__ == "__main__":
    sys.exit(main())

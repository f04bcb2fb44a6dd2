"""The mix as a caller sees it: a register in a file, and requests as the bytes of messages."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.algebra import FUTURE, format_day
from rules_service.decision.columns import IN_PRIMARY, IN_SECONDARY
from rules_service.identifiers import CPAS_SECTOR, format_ssin
from rules_service.register import FileKind, Register, import_file
from tests.benchmarks.mix.population import KEYS, Population, invent
from tests.benchmarks.mix.requests import SERVICES, WITH_A_PERIOD, Requests, ask

_REGISTERS = {IN_PRIMARY: "primary", IN_SECONDARY: "secondary", IN_PRIMARY | IN_SECONDARY: "both"}


@dataclass(frozen=True, slots=True)
class Served:
    """A register in a file, and requests about it."""

    register: Path
    persons: int
    integrations: int
    requests: Requests = field(repr=False)

    @classmethod
    def of(cls, folder: Path, persons: int, requests: int, seed: int) -> Served:
        """Invented work: the same for the same numbers."""
        population = invent(persons, seed)
        path = folder / "register.sqlite"
        rows = _write_register(path, population, folder)
        return cls(path, persons, rows, ask(population, requests, seed))

    def messages(self, begin: int, end: int) -> list[pb.DecideRequest]:
        """The requests of a range, one by one."""
        part = self.requests.part(begin, end)
        return [
            _message(place, *row)
            for place, row in enumerate(
                zip(
                    part.service.tolist(),
                    part.organisation.tolist(),
                    part.ssin.tolist(),
                    part.system_date.tolist(),
                    part.begin.tolist(),
                    part.end.tolist(),
                    strict=True,
                ),
                begin,
            )
        ]

    def batches(self, size: int, count: int) -> list[bytes]:
        """Messages of `BatchDecide` and `StreamDecide`, which are written alike."""
        return [
            pb.BatchDecideRequest(requests=self.messages(begin, begin + size)).SerializeToString()
            for begin in range(0, size * count, size)
        ]

    def columns(self, size: int, count: int, wanted: Sequence[str] = ()) -> list[bytes]:
        """Messages of `DecideColumns` that ask for some columns, or all; rows stay in order, and so need no ticket."""
        parts = [self.requests.part(begin, begin + size) for begin in range(0, size * count, size)]
        messages = [pb.DecideColumnsRequest(requests=_stream_of(part), answer_columns=wanted) for part in parts]
        return [message.SerializeToString() for message in messages]


def _message(
    place: int, service: int, organisation: int, ssin: int, day: int, begin: int, end: int
) -> pb.DecideRequest:
    message = pb.DecideRequest(
        ticket=f"ticket-{place}",
        operation=SERVICES[service],
        requester=common_pb2.Organisation(cbe_number=KEYS[organisation]),
        ssins=[format_ssin(ssin)],
        system_date=format_day(day),
    )
    if service in WITH_A_PERIOD:
        message.request_period.begin_date = format_day(begin)
        message.request_period.end_date = format_day(end)
    return message


def _stream_of(part: Requests) -> bytes:
    without = ~np.isin(part.service, WITH_A_PERIOD)
    batch = pa.record_batch(
        {
            "operation": _named(part.service, SERVICES),
            "requester": _named(part.organisation, KEYS),
            "ssin": part.ssin,
            "system_date": pa.array(part.system_date).cast(pa.date32()),
            "request_period_begin": pa.array(part.begin, mask=without).cast(pa.date32()),
            "request_period_end": pa.array(part.end, mask=without).cast(pa.date32()),
        }
    )
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    stream: bytes = sink.getvalue().to_pybytes()
    return stream


def _named(numbers: Any, names: Sequence[str]) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(numbers, pa.int16()), pa.array(names))


def _write_register(path: Path, population: Population, folder: Path) -> int:
    """A register of the population, but for the rows that it refuses since they overlap others; how many it took."""
    directory, rows = folder / "organisations.csv", folder / "integrations.parquet"
    with directory.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(FileKind.ORGANISATIONS.required)
        writer.writerows((key, CPAS_SECTOR, 1, "cpas", "flanders", key) for key in KEYS)
    parquet.write_table(_integrations(population), rows)
    with Register.create(path) as register:
        assert import_file(register, FileKind.ORGANISATIONS, directory).bad_count == 0
        return import_file(register, FileKind.INTEGRATIONS, rows, keep_good=True).rows_imported


def _integrations(population: Population) -> Any:
    is_open = population.end >= FUTURE
    numbers = pa.array(population.ssin).cast(pa.string())
    return pa.table(
        {
            "ssin": pa.compute.utf8_lpad(numbers, width=11, padding="0"),
            "organisation": pa.array(KEYS).take(pa.array(population.organisation)),
            "sector": np.full(len(population.begin), CPAS_SECTOR),
            "quality_code": population.code,
            "begin_date": pa.array(population.begin).cast(pa.date32()),
            "end_date": pa.array(np.where(is_open, 0, population.end), mask=is_open).cast(pa.date32()),
            "registers": pa.array([_REGISTERS[flags] for flags in population.flags.tolist()]),
        }
    )

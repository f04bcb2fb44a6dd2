"""Imports rows that come in messages: each message is one write, good rows come in, each other one is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import register_service_pb2 as pb
from rules_service.identifiers import CPAS_SECTOR
from rules_service.register.answered import Writable, write_once
from rules_service.register.importing import import_rows
from rules_service.register.row_files import Chunk, FileKind
from rules_service.register.writing import RegisterWriter
from rules_service.serve.convert.findings import Findings
from rules_service.serve.convert.writes import check_request_id, write_request_of

_OWNER: Final = "import"
_REGISTERS: Final = {
    frozenset({common_pb2.REGISTER_PRIMARY}): "primary",
    frozenset({common_pb2.REGISTER_SECONDARY}): "secondary",
    frozenset({common_pb2.REGISTER_PRIMARY, common_pb2.REGISTER_SECONDARY}): "both",
    frozenset(): "both",
}
_UNKNOWN: Final = "unknown"


class RowImporter:
    """Imports messages into one register."""

    def __init__(self, store: Writable, announce: Callable[[], None] = lambda: None) -> None:
        """`announce` is called after each write, for those who follow the register."""
        self._store = store
        self._announce = announce

    def import_message(self, message: pb.ImportIntegrationsRequest) -> pb.ImportIntegrationsResponse:
        """Import the rows of one message, as the rows of a file are imported.

        Raises:
            CallerError: the id of the message is malformed, or belongs to another one.
            RegisterUnavailableError: the register cannot be written now.
        """
        findings = Findings()
        check_request_id(message.request_id, findings)
        if findings:
            raise findings.error()
        request = write_request_of(message, _OWNER, message.request_id)
        answer = write_once(self._store, request, "import of integrations", lambda writer: _imported(message, writer))
        self._announce()
        return pb.ImportIntegrationsResponse.FromString(answer)


def _imported(message: pb.ImportIntegrationsRequest, writer: RegisterWriter) -> bytes:
    problems = import_rows(FileKind.INTEGRATIONS, _chunk_of(message.rows), writer)
    return pb.ImportIntegrationsResponse(
        request_id=message.request_id,
        revision=writer.revision_now,
        imported_count=len(message.rows) - len(problems),
        not_imported=_not_imported(problems),
    ).SerializeToString(deterministic=True)


def _not_imported(problems: Mapping[int, tuple[str, str]]) -> list[pb.RowNotImported]:
    return [
        pb.RowNotImported(index=index, field=field, description=description)
        for index, (field, description) in sorted(problems.items())
    ]


def _chunk_of(rows: Sequence[pb.IntegrationRow]) -> Chunk:
    """The rows as a file would give them: columns of text, read by the same parsers."""
    columns: dict[str, Any] = {
        "ssin": [row.ssin for row in rows],
        "organisation": [row.organisation for row in rows],
        "sector": [str(row.sector if row.HasField("sector") else CPAS_SECTOR) for row in rows],
        "quality_code": [str(row.quality_code) if row.HasField("quality_code") else "" for row in rows],
        "begin_date": [row.begin_date for row in rows],
        "end_date": [row.end_date for row in rows],
        "registers": [_REGISTERS.get(frozenset(row.registers), _UNKNOWN) for row in rows],
        "end_defaulted": [str(row.end_defaulted).lower() for row in rows],
    }
    texts = {name: pa.array(column, pa.string()) for name, column in columns.items()}
    return Chunk(np.arange(len(rows)), texts)

"""Batches without an object for each request: from the bytes of a message to columns, and from columns to bytes."""

from rules_service.serve.wire.batch_reader import BatchReader, ReadBatch
from rules_service.serve.wire.batch_writer import BatchWriter
from rules_service.serve.wire.frames import Frames
from rules_service.serve.wire.memory import Memory
from rules_service.serve.wire.single_answers import KnownPieces, SingleAnswers, Unanswered, framed

__all__ = [
    "BatchReader",
    "BatchWriter",
    "Frames",
    "KnownPieces",
    "Memory",
    "ReadBatch",
    "SingleAnswers",
    "Unanswered",
    "framed",
]

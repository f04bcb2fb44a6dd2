"""Batches without an object for each request: from the bytes of a message to columns, and from columns to bytes."""

from rules_service.serve.wire.batch_reader import BatchReader, ReadBatch
from rules_service.serve.wire.batch_writer import BatchWriter
from rules_service.serve.wire.frames import Frames
from rules_service.serve.wire.memory import Memory

__all__ = ["BatchReader", "BatchWriter", "Frames", "Memory", "ReadBatch"]

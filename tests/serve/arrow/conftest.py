"""The desk of the tests of the wire, where a batch can be answered in the ordinary way."""

from tests.serve.wire.conftest import both

__all__ = ["both"]

"""The server that the client is tested against."""

from tests.serve.fixtures import register_file, server

__all__ = ["register_file", "server"]

"""One server for all tests that only read."""

from tests.serve.fixtures import catalogue, channel, decisions, register_file, server

__all__ = ["catalogue", "channel", "decisions", "register_file", "server"]

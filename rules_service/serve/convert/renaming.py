"""Errors that name a field as the message at hand does, and not as a request for a decision would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rules_service.errors import FieldViolation, InvalidRequestError


@contextmanager
def fields_renamed(names: Mapping[str, str]) -> Iterator[None]:
    """The errors of the block with other names of fields, old to new.

    Raises:
        InvalidRequestError: the error of the block, of the same class.
    """
    try:
        yield
    except InvalidRequestError as error:
        renamed = tuple(FieldViolation(names.get(it.field, it.field), it.description) for it in error.violations)
        if renamed == error.violations:
            raise
        raise type(error).of_all(renamed, error.violation_count) from None

"""Collects everything that is wrong with a message, so that one answer names every wrong field."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rules_service.errors import FieldViolation, InvalidRequestError, InvalidSsinError


class Findings:
    """What is wrong so far. Used as a context, it takes in the errors of its block and goes on."""

    def __init__(self) -> None:
        self._violations: list[FieldViolation] = []
        self._wrong_numbers: list[FieldViolation] = []
        self._left_out = 0

    def wrong(self, field: str, description: str) -> None:
        """Note one wrong field."""
        self._violations.append(FieldViolation(field, description))

    def __bool__(self) -> bool:
        return bool(self._violations or self._wrong_numbers)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> bool:
        if isinstance(error, InvalidRequestError):
            self._left_out += error.violation_count - len(error.violations)
        if isinstance(error, InvalidSsinError):
            self._wrong_numbers.extend(error.violations)
        elif isinstance(error, InvalidRequestError) and error.violations:
            self._violations.extend(error.violations)
        else:
            return False
        return True

    def error(self) -> InvalidRequestError:
        """The error that names every finding; an `InvalidSsinError` when only numbers of persons are wrong."""
        kind = InvalidRequestError if self._violations else InvalidSsinError
        found = (*self._violations, *self._wrong_numbers)
        return kind.of_all(found, len(found) + self._left_out)

"""Every error of the service, one root, one branch for each party who must act.

- `RuleAuthorError`: a ruleset is wrong; its author must change it.
- `CallerError`: a request is wrong; the caller must change it.
- `OperatorError`: the installation is wrong (file, database, configuration); its operator must act.
- `InternalError`: the service contradicts itself; its developers must act. It never grants.

Messages are lower case, without a final period, put input in backticks and say what to do next. No message ever
contains a person's number. How a class becomes a gRPC status is decided in `serve`, nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class RulesServiceError(Exception):
    """The root: catching it catches everything that this package raises on purpose."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a text: `line` and `column` count from 1; 0 means unknown."""

    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake of a rule author: where it is, what it is, how to mend it.

    `code` is stable (upper snake case) and meant for machines; `path` is the YAML path, such as `operations[3].kind`.
    """

    file: str
    position: Position
    code: str
    path: str
    message: str
    suggestion: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.position.line}:{self.position.column}"
        hint = f" ({self.suggestion})" if self.suggestion else ""
        return f"{place}: {self.code} at {self.path or '.'}: {self.message}{hint}"


class RuleAuthorError(RulesServiceError):
    """A ruleset cannot be used; `mistakes` lists every mistake found, sorted by place."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        self.mistakes = tuple(sorted(mistakes))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One field of a request that is wrong: its path in the message and what to do about it."""

    field: str
    description: str


MOST_VIOLATIONS = 100
"""How many wrong fields an error keeps: a request with thousands must not fill the memory with its own faults."""
MOST_IN_TEXT = 10
"""How many of them its text spells out."""


class CallerError(RulesServiceError):
    """A request cannot be answered as it stands; `reason` is a stable upper-snake-case word for machines.

    `violation_count` counts the wrong fields that were found, `violations` holds the first hundred.
    """

    reason = "CALLER_ERROR"

    def __init__(
        self,
        message: str,
        *,
        violations: tuple[FieldViolation, ...] = (),
        violation_count: int = 0,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        self.violations = violations[:MOST_VIOLATIONS]
        self.violation_count = max(violation_count, len(violations))
        self.metadata = dict(metadata or {})
        super().__init__(message)


class InvalidRequestError(CallerError):
    """One or more fields are malformed, missing or contradictory (network code MSG00008)."""

    reason = "INVALID_REQUEST"

    @classmethod
    def of(cls, field: str, description: str) -> InvalidRequestError:
        """The error for one wrong field."""
        return cls(f"`{field}`: {description}", violations=(FieldViolation(field, description),))

    @classmethod
    def of_all(cls, violations: tuple[FieldViolation, ...], violation_count: int = 0) -> InvalidRequestError:
        """The error for several wrong fields; `violation_count` says how many there are when not all are given."""
        count = max(violation_count, len(violations))
        told = [f"`{violation.field}`: {violation.description}" for violation in violations[:MOST_IN_TEXT]]
        rest = [f"and {count - len(told)} more"] if count > len(told) else []
        return cls("; ".join([*told, *rest]), violations=violations, violation_count=count)


class InvalidSsinError(InvalidRequestError):
    """A person's number has a wrong structure or wrong check digits (network code MSG00011)."""

    reason = "INVALID_SSIN"


class UnknownOperationError(InvalidRequestError):
    """No ruleset knows the operation, or the name stands for a group of operations."""

    reason = "UNKNOWN_OPERATION"


class PermissionMissingError(CallerError):
    """The caller asks for something that its permissions do not allow."""

    reason = "PERMISSION_MISSING"


class LimitExceededError(CallerError):
    """A request is larger than the announced limits."""

    reason = "LIMIT_EXCEEDED"


class TooManyWrongProofsError(CallerError):
    """A requester gave so many wrong proofs for a person that no more are checked for `retry_after_seconds`."""

    reason = "TOO_MANY_WRONG_PROOFS"

    def __init__(self, message: str, *, retry_after_seconds: int = 1) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(message, metadata={"retry_after_seconds": str(retry_after_seconds)})

    @classmethod
    def after(cls, seconds: int) -> TooManyWrongProofsError:
        """The error that says when to try again."""
        message = f"too many wrong proofs of authentication were given for a person; try again in {seconds} s"
        return cls(message, retry_after_seconds=seconds)


class RevisionNotAvailableError(CallerError):
    """The register cannot answer at the revision or moment that was asked for."""

    reason = "REVISION_NOT_AVAILABLE"


class OperatorError(RulesServiceError):
    """The installation cannot do its work: a file, the database or the configuration must be mended."""

    reason = "OPERATOR_ERROR"


class RegisterUnavailableError(OperatorError):
    """The register cannot be read or written now; the same call may succeed later."""

    reason = "REGISTER_UNAVAILABLE"


class RegisterFullError(RegisterUnavailableError):
    """There is no room on the disk of the register: nothing was written, and reading goes on."""

    reason = "REGISTER_FULL"


class InternalError(RulesServiceError):
    """The service contradicts itself, for example two evaluators disagree; nothing is granted."""

    reason = "INTERNAL"

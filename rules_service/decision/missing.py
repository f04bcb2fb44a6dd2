"""The error of a request with too few or too many inputs for its operation, in the same words from every evaluator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rules_service.algebra import NameKind
from rules_service.decision.request import REFERENCE_YEAR, REQUEST_PERIOD
from rules_service.errors import FieldViolation, InvalidRequestError


def missing_inputs(
    groups: Iterable[frozenset[str]], given: frozenset[str], vocabulary: Mapping[str, NameKind]
) -> InvalidRequestError:
    """The error that names groups of inputs, one whole group being enough; larger groups are left out (S30c).

    Each input of a group that is not `given` is a violation of its own field.
    """
    distinct = tuple(dict.fromkeys(groups))
    smallest = [group for group in distinct if not any(other < group for other in distinct)]
    words = ", or ".join(" and ".join(f"`{name}`" for name in sorted(group)) for group in smallest)
    missing = dict.fromkeys(name for group in smallest for name in sorted(group - given))
    return InvalidRequestError(
        f"inputs are missing; give {words}",
        violations=tuple(FieldViolation(_field(name, vocabulary), f"is missing; give {words}") for name in missing),
    )


def unselected(
    given: Iterable[frozenset[str]],
    not_given: Iterable[frozenset[str]],
    named: frozenset[str],
    vocabulary: Mapping[str, NameKind],
) -> InvalidRequestError:
    """The error where every variant wants other inputs: more than are `named`, or none of some that are."""
    groups = tuple(given)
    if any(group - named for group in groups):
        return missing_inputs(groups, named, vocabulary)
    surplus = dict.fromkeys(name for group in not_given for name in sorted(group & named))
    told = "must be left out for this operation"
    return InvalidRequestError.of_all(tuple(FieldViolation(_field(name, vocabulary), told) for name in surplus))


def _field(name: str, vocabulary: Mapping[str, NameKind]) -> str:
    """The field of the message in which a named input belongs."""
    if name == REQUEST_PERIOD:
        return name
    if name == REFERENCE_YEAR:
        return f"parameters[{name}]"
    return f"periods[{name}]" if vocabulary.get(name) is NameKind.PERIOD else f"dates[{name}]"

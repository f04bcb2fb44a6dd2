"""A plan on disk: canonical JSON, so that equal plans are equal bytes, and the digest of those bytes names the plan."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import cattrs

from rules_service.algebra import NameKind, Shift, Window, parse_shift, parse_window
from rules_service.errors import OperatorError
from rules_service.plan.tables import Plan

PLAN_FORMAT = 2
"""Raised when the tables change: a plan of another format is compiled again, never guessed at."""
COMPILER_VERSION = "2"
"""Raised when the same rules compile to another plan: the digest changes with it, and an older plan is not read."""


def seal(plan: Plan) -> Plan:
    """The same plan with its digest: SHA-256 over everything else, so that equal rules have equal digests."""
    return replace(plan, digest=digest_of(replace(plan, digest="")))


def digest_of(value: object) -> str:
    """The SHA-256 of a dataclass as canonical JSON, in hexadecimal digits: the same in every process."""
    return hashlib.sha256(_json(_converter({}).unstructure(value))).hexdigest()


def write_plan(plan: Plan, path: Path) -> None:
    """Writes the plan, whole or not at all.

    Raises:
        OperatorError: the file cannot be written.
    """
    try:
        _replace_content(path, _canonical(plan))
    except OSError as error:
        raise OperatorError(f"the plan cannot be written to `{path}`: {error.strerror}") from None


def _replace_content(path: Path, content: bytes) -> None:
    """Beside the file first, then over it in one step: a reader sees the old plan or the new one, never a part."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        beside = Path(file.name)
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            beside.replace(path)
        except OSError:
            beside.unlink()
            raise


def read_plan(path: Path) -> Plan:
    """The plan that was written to `path`, equal to what was written.

    Raises:
        OperatorError: the file is missing, damaged, of another format or compiler; compile the rulesets again.
    """
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise OperatorError(f"the plan cannot be read from `{path}`: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise OperatorError(f"`{path}` is not a plan; compile the rulesets again") from None
    if not isinstance(document, dict) or document.get("format") != PLAN_FORMAT:
        raise OperatorError(f"`{path}` is not a plan of format {PLAN_FORMAT}; compile the rulesets again")
    plan = _structured(document.get("plan"), path)
    if plan.compiler_version != COMPILER_VERSION:
        raise OperatorError(f"`{path}` was made by another version of the compiler; compile the rulesets again")
    if seal(plan).digest != plan.digest:
        raise OperatorError(f"`{path}` is damaged: its digest does not match; compile the rulesets again")
    return plan


def _structured(document: Any, path: Path) -> Plan:
    try:
        vocabulary = {name: NameKind(kind) for name, kind in document["vocabulary"].items()}
        return _converter(vocabulary).structure(document, Plan)
    except (cattrs.BaseValidationError, KeyError, TypeError, AttributeError, ValueError):
        raise OperatorError(f"`{path}` is damaged: its tables cannot be read; compile the rulesets again") from None


def _canonical(plan: Plan) -> bytes:
    document = {"format": PLAN_FORMAT, "plan": _converter({}).unstructure(plan)}
    return _json(document)


def _json(document: object) -> bytes:
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _converter(vocabulary: Mapping[str, NameKind]) -> cattrs.Converter:
    """Windows and shifts travel as their text, enumerations as their value, sets sorted."""
    converter = cattrs.Converter()
    converter.register_unstructure_hook(Window, str)
    converter.register_unstructure_hook(Shift, str)
    converter.register_structure_hook(Window, lambda text, _: parse_window(text, vocabulary))
    converter.register_structure_hook(Shift, lambda text, _: parse_shift(text))
    converter.register_unstructure_hook_factory(
        lambda cls: getattr(cls, "__origin__", cls) is frozenset,
        lambda _cls: lambda members: sorted(converter.unstructure(member) for member in members),
    )
    return converter

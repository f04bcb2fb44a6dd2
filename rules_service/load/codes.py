"""The stable codes of the mistakes that rule authors make: machines match them, so none is ever renamed."""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """What is wrong, in one word; the docstring below each says what to look for."""

    # The file itself.
    MISSING_FILE = "MISSING_FILE"
    """A folder or file that every folder of rulesets has is not there."""
    UNEXPECTED_FILE = "UNEXPECTED_FILE"
    """A YAML file whose name says neither what it is nor which chapter it holds: it would be ignored silently."""
    NOT_TEXT = "NOT_TEXT"
    """The bytes are no UTF-8, or hold characters that do not belong in a text file."""
    TOO_LARGE = "TOO_LARGE"
    """The file, or the depth of its lists and mappings, is beyond what a ruleset needs."""
    NOT_YAML = "NOT_YAML"
    """The text breaks the syntax of YAML, or uses a part of it that rulesets do not have."""
    DUPLICATE_KEY = "DUPLICATE_KEY"
    """The same key twice in one mapping: the second would silently win."""
    MISSING_SCHEMA_LINE = "MISSING_SCHEMA_LINE"
    """The first line does not name the schema by which editors check the file."""

    # The structure, as the schema describes it.
    UNKNOWN_KEY = "UNKNOWN_KEY"
    MISSING_KEY = "MISSING_KEY"
    CONFLICTING_KEYS = "CONFLICTING_KEYS"
    WRONG_TYPE = "WRONG_TYPE"
    WRONG_FORMAT = "WRONG_FORMAT"
    UNKNOWN_VALUE = "UNKNOWN_VALUE"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    EMPTY = "EMPTY"
    REPEATED_VALUE = "REPEATED_VALUE"

    # Names that lead nowhere, and names given twice.
    UNKNOWN_NAME = "UNKNOWN_NAME"
    DUPLICATE_NAME = "DUPLICATE_NAME"

    # Expressions and values.
    WINDOW_SYNTAX = "WINDOW_SYNTAX"
    WRONG_DATE = "WRONG_DATE"
    INVERTED_RANGE = "INVERTED_RANGE"
    CONFLICTING_VALUES = "CONFLICTING_VALUES"
    """Two values that cannot both be meant."""
    CIRCLE = "CIRCLE"
    """Persons whose numbers replace each other without end."""
    MISSING_SELECTOR = "MISSING_SELECTOR"
    """A control looks at integrations, but nothing says at which."""

    # What is well formed and still cannot be meant.
    INVERTED_WINDOW = "INVERTED_WINDOW"
    """The end of a window can lie before its begin."""
    UNDECLARED_INPUT = "UNDECLARED_INPUT"
    UNUSED_INPUT = "UNUSED_INPUT"
    UNKNOWN_QUALITY_CODE = "UNKNOWN_QUALITY_CODE"
    UNREACHABLE_ALTERNATIVE = "UNREACHABLE_ALTERNATIVE"
    """An alternative that can never decide, because an earlier one always does, or because its guard never fits."""
    CODE_LIST_NEEDED = "CODE_LIST_NEEDED"
    """`one_code` beside any code: which one code would it be?"""
    TOO_MANY_QUALITY_CODES = "TOO_MANY_QUALITY_CODES"
    NO_VARIANTS = "NO_VARIANTS"
    EMPTY_TEXT = "EMPTY_TEXT"
    LINES_NOT_ASCENDING = "LINES_NOT_ASCENDING"
    ASSOCIATIONS_WITHOUT_COLUMN = "ASSOCIATIONS_WITHOUT_COLUMN"
    """Associations of chapter XII may ask, but column XII is not ticked, or the other way round."""

    # The cited source.
    UNKNOWN_LINES = "UNKNOWN_LINES"
    """Cited lines that the source does not have."""
    MISSING_FINGERPRINT = "MISSING_FINGERPRINT"
    CHANGED_SOURCE = "CHANGED_SOURCE"
    """The cited lines do not read as they did when the rule was written."""

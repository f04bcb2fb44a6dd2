"""The JSON Schemas of every kind of file, made here and nowhere else.

The loader checks files by these schemas, and editors do so while an author types, from the copies in
`rulesets/schema/` that `schemas` writes. Words that the model knows (kinds, statuses, regions) come from its
enumerations.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rules_service.decision import Outcome, Proof, Reason
from rules_service.identifiers.parties import ExecutedBy, Region, RequesterKind
from rules_service.load.catalogue_formats import information_types, inventory, partners, quality_codes, users
from rules_service.load.format_parts import INSTITUTION, SECTOR, citation, file_of, three_languages
from rules_service.load.schema_words import (
    Schema,
    exactly_one,
    list_of,
    mapping,
    name,
    named,
    number,
    one_of,
    text,
    truth,
    words_of,
)
from rules_service.model import (
    MissingInput,
    OperationKind,
    OperationStatus,
    Persons,
    Purpose,
    Register,
    ReplacedNumber,
    UnionScope,
)

NO_CONTROL_REASONS: Final = (
    "no_number_yet",
    "criterion_is_not_a_person",
    "employer_data",
    "number_evolution",
    "reimbursement_only",
    "non_blocking",
    "done_elsewhere",
    "without_a_person",
    "documented_as_uncontrolled",
    "legal_basis_instead",
    "removal",
)
"""Why an operation has no integration control (S19)."""
CALLER_ERRORS: Final = ("invalid_argument", "invalid_request", "invalid_ssin", "unknown_operation")
"""What a case may expect of a wrong request; `invalid_argument` is any of the three others."""
RULES: Final = ("condition", "no_control", "undocumented")
PREDICATES: Final = ("overlaps", "at", "covers", "total_days", "periods_overlap", "all", "any")


_WORD: Final = r"^[a-z][a-z0-9_]*$"
_DATE: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_REGIONS: Final = list_of(
    one_of(words_of(Region)), description="the regions it may lie in", minItems=1, uniqueItems=True
)


def _window(description: str) -> Schema:
    example = "an expression such as `system_date - 2 months .. system_date + 45 days`, or the name of a window"
    return text(f"{description}: {example}", minLength=1, maxLength=500)


def _requester_class() -> Schema:
    return mapping(
        {
            "kind": one_of(words_of(RequesterKind), "the class of the organisation, from the directory"),
            "partner": name("a name of partners.yaml, instead of `kind`, `sector` and `institution`"),
            "sector": SECTOR,
            "institution": INSTITUTION,
            "regions": _REGIONS,
        },
        oneOf=exactly_one(("kind", "partner")),
        dependentRequired={"sector": ["kind"], "institution": ["sector"]},
    )


def _requesters() -> Schema:
    return {
        "type": ["string", "array"],
        "items": _requester_class(),
        "minItems": 1,
        "description": "the name of a list of requester classes, or such a list",
    }


def _codes() -> Schema:
    return {
        "type": ["string", "array"],
        "if": {"type": "string"},
        "then": {"enum": ["any"]},
        "items": {
            "type": ["integer", "string"],
            "minimum": 0,
            "maximum": 999,
            "pattern": r"^[0-9]{1,3}-[0-9]{1,3}$",
            "description": "a quality code or a range of them, such as `1-9`",
        },
        "minItems": 1,
        "description": "`any`, or quality codes and ranges of them, such as [1-9, 30]",
    }


def _selector_properties() -> dict[str, Schema]:
    whose: Schema = {
        "type": ["string", "object"],
        "if": {"type": "string"},
        "then": {"enum": ["requester", "requester_sector"]},
        "properties": {"sector": SECTOR, "institution": INSTITUTION, "partner": name("a name of partners.yaml")},
        "else": {"oneOf": exactly_one(("sector", "partner"))},
        "dependentRequired": {"institution": ["sector"]},
        "additionalProperties": False,
        "description": "whose integrations: requester, requester_sector, {sector: 17} or {partner: VDI}",
    }
    return {
        "of": whose,
        "codes": _codes(),
        "register": one_of(words_of(Register), "the register that must show it; the primary one unless said"),
        "extended": text("moves the begin of every integration first", r"^begin\s*[-+].*$", maxLength=200),
    }


def _selector() -> Schema:
    return mapping(_selector_properties(), ("of", "codes"))


def _integrations() -> Schema:
    return {
        **_selector(),
        "type": ["string", "object"],
        "description": "which integrations count: the name of a selector, or a selector",
    }


def _condition() -> Schema:
    parts = list_of({"$ref": "#/$defs/condition"}, minItems=1)
    total = mapping(
        {"at_least": number(1, 100_000, "days, each counted once"), "within": _window("where they are counted")},
        ("at_least", "within"),
    )
    covers = _window("every day of it lies in the integrations together")
    return mapping(
        {
            "integrations": _integrations(),
            "codes": _codes(),
            "overlaps": _window("at least one day in common"),
            "at": _window("the one day that must be in an integration"),
            "covers": covers,
            "union": one_of(words_of(UnionScope), "which integrations may cover it together"),
            "total_days": total,
            "periods_overlap": list_of(
                _window("a period of the request"),
                description="two periods of the request share a day; no integration is looked at",
                minItems=2,
                maxItems=2,
            ),
            "all": parts | {"description": "every part holds"},
            "any": parts | {"description": "at least one part holds"},
        },
        oneOf=exactly_one(PREDICATES),
        dependentRequired={"union": ["covers"]},
    )


def _input() -> Schema:
    return {
        "type": ["string", "object"],
        "properties": {
            "name": name("a period, date or parameter of the vocabulary"),
            "optional_end": truth("a period whose empty end means open"),
            "when_missing": one_of(words_of(MissingInput), "what its absence does"),
        },
        "required": ["name"],
        "additionalProperties": False,
        "minLength": 1,
    }


def _guard() -> Schema:
    return mapping(
        {
            "requesters": _requesters(),
            "parameters": named(list_of(name(), minItems=1), "parameters and the values that fit"),
            "persons": one_of(words_of(Persons), "whether the request names persons"),
            "given": list_of(name(), description="periods and dates that the request must give", minItems=1),
            "not_given": list_of(name(), description="periods and dates that it must not give", minItems=1),
        },
        minProperties=1,
        description="when the variant applies; what is left out does not restrict",
    )


def _wording() -> Schema:
    written_out = three_languages("the condition in our own words, or the name of a wording")
    return written_out | {"type": ["string", "object"], "minLength": 1}


def _variant() -> Schema:
    return mapping(
        {
            "name": name("explains itself: explanations quote it"),
            "in_words": _wording(),
            "when": _guard(),
            "inputs": list_of(_input(), description="the periods and dates that the condition reads"),
            "integrations": _integrations(),
            "condition": {
                "if": {"type": "string"},
                "then": text("the name of a condition", minLength=1),
                "else": {"$ref": "#/$defs/condition"},
            },
            "no_control": one_of(NO_CONTROL_REASONS, "why there is no integration control (S19)"),
            "undocumented": {"const": True, "description": "the source documents no rule: never granted (S20)"},
            "executed_by": one_of((executor.name for executor in ExecutedBy), "who executes the control"),
            "authorisations": list_of(name(), description="added to those of the operation"),
            "assumptions": list_of(name(), description="added to those of the operation"),
        },
        ("name", "in_words"),
        oneOf=exactly_one(RULES),
        dependentRequired={"integrations": ["condition"]},
    )


def _alias() -> Schema:
    return {
        "type": ["string", "object"],
        "properties": {"name": name(), "status": one_of(["in_production", "being_replaced"])},
        "required": ["name"],
        "additionalProperties": False,
        "minLength": 1,
    }


def _ambiguity() -> Schema:
    return mapping(
        {
            "about": name("what can be read in several ways"),
            "readings": list_of(text(minLength=1), minItems=2),
            "chosen": text("the reading chosen", minLength=1),
            "why": text("why this one", minLength=1),
        },
        ("about", "readings", "chosen", "why"),
    )


def _operation() -> Schema:
    references = list_of(name(), uniqueItems=True)
    return mapping(
        {
            "name": name("the name of the service as the source spells it"),
            "aliases": list_of(_alias()),
            "titles": three_languages("what it is called"),
            "functionality": three_languages("what it gives or does, in our own words"),
            "missions": list_of(name(), description="names of common.yaml: the tasks that it serves", uniqueItems=True),
            "legal_basis": list_of(name(), description="articles of law as the source prints them", uniqueItems=True),
            "kind": one_of(words_of(OperationKind)),
            "status": one_of(words_of(OperationStatus)),
            "successor": name("the operation that replaces it"),
            "supplier": text("who supplies the data"),
            "recipient": text("who receives it"),
            "source": list_of(citation(), minItems=1),
            "requesters": _requesters(),
            "purposes": list_of(one_of(words_of(Purpose)), description="the columns ticked", uniqueItems=True),
            "authorisations": references | {"description": "references of common.yaml"},
            "assumptions": references | {"description": "names of common.yaml"},
            "legal_contexts": list_of(name(), description="the ones accepted; none means any"),
            "delivers_information_types": truth("the check of chapter 5 applies (S30b)"),
            "proof_of_authentication": truth("the proof must be correct (S28)"),
            "replaced_number": one_of(words_of(ReplacedNumber), "what a replaced number does (S18)"),
            "all_or_nothing": truth("one person failing refuses the whole request (S17)"),
            "lists_others": truth("it shows integrations of other organisations (S22)"),
            "ambiguities": list_of(_ambiguity()),
            "variants": list_of(_variant()),
        },
        ("name", "titles", "source"),
    )


_MAY_BE_DEFAULTS: Final = (
    "kind",
    "status",
    "supplier",
    "recipient",
    "requesters",
    "missions",
    "legal_basis",
    "purposes",
    "authorisations",
    "assumptions",
    "legal_contexts",
    "proof_of_authentication",
    "replaced_number",
    "all_or_nothing",
)


def _chapter() -> Schema:
    properties = _operation()["properties"]
    defaults = mapping(
        {key: properties[key] for key in _MAY_BE_DEFAULTS},
        minProperties=1,
        description="what holds for every operation of the chapter that does not say otherwise",
    )
    group = mapping({"name": name(), "parts": list_of(name(), minItems=1, uniqueItems=True)}, ("name", "parts"))
    return {
        **file_of(
            {
                "chapter": text("the chapter of the source, in quotes, such as '4.7'", r"^[0-9]+(\.[0-9]+)*$"),
                "title": three_languages("the title of the chapter"),
                "defaults": defaults,
                "groups": list_of(group, description="names that stand for several operations"),
                "operations": list_of(_operation()),
            },
            ("chapter", "title", "operations"),
        ),
        "$defs": {"condition": _condition()},
    }


def _common() -> Schema:
    authorisation = mapping(
        {
            "committee": name("who gave it; left out where the source does not print it"),
            "date": text("ISO date, left out where the source prints none", _DATE),
            "printed_date": text("the date as printed, where it cannot be right"),
            "covers": list_of(one_of(("AS", "DA", "031")), description="for whom it is ticked", uniqueItems=True),
        }
    )
    assumption = mapping(
        {
            "statement": three_languages("the reading chosen"),
            "reason": text("why", minLength=1),
            "to_be_confirmed_by": text("who must confirm it", minLength=1),
        },
        ("statement", "reason", "to_be_confirmed_by"),
    )
    words = list_of(text(pattern=_WORD), uniqueItems=True)
    shared = file_of(
        {
            "documents": named(
                text("a file name", r"^[^/\\]+$"), "keys used in citations, and the files in the source folder"
            ),
            "vocabulary": mapping({"periods": words, "dates": words}, ("periods", "dates")),
            "parameters": named(
                list_of(name(), uniqueItems=True), "parameters and their values; none means any", _WORD
            ),
            "missions": named(
                three_languages("a task that the law gives to the requester"), "missions named once", _WORD
            ),
            "wordings": named(three_languages("a condition in our own words"), "wordings named once", _WORD),
            "windows": named(_window("an expression"), "windows named once", _WORD),
            "selectors": named(_selector(), "selectors named once", _WORD),
            "conditions": named({"$ref": "#/$defs/condition"}, "conditions named once, with their integrations", _WORD),
            "requesters": named(list_of(_requester_class(), minItems=1), "lists of requester classes", _WORD),
            "authorisations": named(authorisation, "deliberations and texts of law by their reference"),
            "assumptions": named(assumption, "readings chosen where the source leaves something open"),
        },
        ("documents", "vocabulary"),
    )
    return {**shared, "$defs": {"condition": _condition()}}


def _case_values(values: Schema, description: str) -> Schema:
    several: Schema = {**values, "type": ["string", "array"], "items": values, "minItems": 1}
    return named(several, description, r"^\S+$")


def _case_integration() -> Schema:
    pattern = r"^[0-9]{1,3}\s+\S+\s+\.\.(\s+\S+)?$"
    form = "CODE BEGIN .. END, such as `002 2025-01-01 .. 2026-06-15`; no END is an open end"
    return {
        "type": ["string", "object"],
        "pattern": pattern,
        "properties": {
            "integration": text(form, pattern),
            "of": text(
                "requester, other_cpas, an institution such as `40/0`, or `other 43`",
                r"^(requester|other_cpas|[0-9]{1,3}/[0-9]{1,3}|other [0-9]{1,3})$",
            ),
            "person": number(1, 900, "the number of the person in the request, from 1"),
            "registers": list_of(one_of(("primary", "secondary")), minItems=1, uniqueItems=True),
            "sector": SECTOR,
        },
        "required": ["integration"],
        "additionalProperties": False,
        "description": form,
    }


def _case_requester() -> Schema:
    return mapping(
        {
            "kind": one_of(words_of(RequesterKind)),
            "region": one_of(words_of(Region)),
            "sector": SECTOR,
            "institution": INSTITUTION,
            "cbe_number": text("ten digits in quotes; a synthetic one is made up where it is left out", "^[0-9]{10}$"),
        },
        ("kind",),
    )


def _case() -> Schema:
    period = text("BEGIN .. END, such as `2021-01-01 .. 2026-06-16`; no END is an open end", r"^\S*\s*\.\.\s*\S*$")
    expectation = mapping(
        {
            "outcome": one_of(words_of(Outcome)),
            "reason": one_of(words_of(Reason)),
            "variant": name("the variant that decided"),
            "error": one_of(CALLER_ERRORS, "the request is wrong"),
            "field": text("the field that is named as wrong", minLength=1),
        },
        oneOf=exactly_one(("outcome", "error")),
        dependentRequired={"outcome": ["reason"], "reason": ["outcome"], "variant": ["outcome"], "field": ["error"]},
    )
    scalar: Schema = {"type": ["string", "integer", "number", "boolean"]}
    return mapping(
        {
            "name": name("what the case shows"),
            "operation": text("the operation asked"),
            "requester": _case_requester(),
            "persons": number(0, 100, "how many persons the request names, 1 unless said"),
            "quality_code": number(-999_999, 999_999, "the quality code stated"),
            "system_date": text("the system date", maxLength=40),
            "legal_context": text("the legal context stated"),
            "proof": one_of(words_of(Proof), "the result of checking the proof of authentication"),
            "information_types": list_of(text("a number in quotes")),
            "request_period": period,
            "periods": _case_values(period, "named periods; a list where a name is repeated"),
            "dates": _case_values(text("a date"), "named dates; a list where a name is repeated"),
            "parameters": named(scalar, "parameters", r"^\S+$"),
            "integrations": list_of(_case_integration(), description="the facts"),
            "replaced": named(number(1, 900), "old person: new person", "^[1-9][0-9]{0,2}$"),
            "expect": expectation,
        },
        ("name", "expect"),
    )


def _cases() -> Schema:
    defaults = {key: _case()["properties"][key] for key in ("operation", "requester", "system_date", "legal_context")}
    return file_of({"defaults": mapping(defaults), "cases": list_of(_case(), minItems=1)}, ("cases",))


SCHEMAS: Final[Mapping[str, Schema]] = {
    "common": _common(),
    "chapter": _chapter(),
    "cases": _cases(),
    "information_types": information_types(),
    "quality_codes": quality_codes(),
    "partners": partners(),
    "inventory": inventory(),
    "users": users(),
}

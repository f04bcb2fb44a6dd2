"""The formats of the flat catalogues: quality codes, information types, partners, inventory and users of data."""

from __future__ import annotations

from rules_service.load.format_parts import (
    INSTITUTION,
    SECTOR,
    citation,
    file_of,
    four_languages,
    three_languages,
)
from rules_service.load.schema_words import Schema, list_of, mapping, name, number, one_of, text, truth, words_of
from rules_service.model import Identity, MissingEnd, Permission, Relation


def quality_codes() -> Schema:
    """`quality_codes.yaml`."""
    code = mapping(
        {
            "code": number(0, 999),
            "label": four_languages("what the code stands for"),
            "maximum_duration": text("a shift such as `+ 2 months`, `calendar_year`, or empty for none", maxLength=100),
            "default_end": text(
                "what an end that is not given becomes, where that is not the maximum; written like it",
                minLength=1,
                maxLength=100,
            ),
            "source": citation(),
        },
        ("code", "label"),
    )
    return file_of({"quality_codes": list_of(code, minItems=1), "writing": _writing()}, ("quality_codes",))


def _writing() -> Schema:
    """What may be written into the register; left out where the rulesets serve for decisions alone."""
    rules = {
        "integration_without_end": _end_rule("what the end of an integration becomes when none is given"),
        "removal_without_end": _end_rule("what the end of a removal becomes when none is given"),
        "dates": _bounds("how far each date that is given may lie from the day of execution", "earliest", "latest"),
        "begin": _bounds("how far the begin of an integration may lie from it, beside that", "latest"),
        "past_periods": mapping(
            {"allowed": truth("whether an integration may end before the day of execution"), "source": citation()},
            ("allowed", "source"),
        ),
    }
    return mapping(rules, rules)


def _end_rule(description: str) -> Schema:
    becomes = one_of(words_of(MissingEnd), "the maximum of the code, or infinity; `default_end` of a code goes before")
    return mapping(
        {"becomes": becomes, "assumptions": list_of(name()), "source": citation()},
        ("becomes", "source"),
        description=description,
    )


def _bounds(description: str, *edges: str) -> Schema:
    shift = text(
        "a shift of the day of execution such as `- 100 years`; that day itself is allowed", minLength=1, maxLength=100
    )
    return mapping({**dict.fromkeys(edges, shift), "source": citation()}, (*edges, "source"), description=description)


def information_types() -> Schema:
    """`information_types.yaml`."""
    permission = one_of(words_of(Permission), "a blank of the source is unknown, and allows nothing")
    row = mapping(
        {
            "number": text("three digits, in quotes", "^[0-9]{3}$"),
            "content": text("what it holds"),
            "legal_basis": text("what allows it"),
            "legal_reference": text("the article of the law on the register"),
            "applicant": permission,
            "debtor": permission,
            "user_roles": list_of(name(), description="the only values of `user_role`; none means any"),
            "remark": text("a remark of the source"),
            "source": citation(),
        },
        ("number", "content", "legal_basis", "applicant", "debtor"),
    )
    return file_of({"information_types": list_of(row)}, ("information_types",))


def partners() -> Schema:
    """`partners.yaml`."""
    code = mapping(
        {"code": number(0, 999), "label": four_languages("what the code stands for"), "source": citation()},
        ("code", "label"),
    )
    sector = mapping(
        {"sector": SECTOR, "label": four_languages("what it is"), "quality_codes": list_of(code)},
        ("sector", "label"),
    )
    partner = mapping(
        {
            "name": name("the name by which rules speak of it"),
            "sector": SECTOR,
            "institution": INSTITUTION,
            "identity": one_of(words_of(Identity), "whether the network's list gives the numbers, or we assume them"),
        },
        ("name", "sector", "institution", "identity"),
    )
    return file_of({"sectors": list_of(sector), "partners": list_of(partner)}, ("partners",))


def inventory() -> Schema:
    """`inventory.yaml`: document and section stand once above the names that they print."""
    entry = mapping(
        {
            **{key: citation()["properties"][key] for key in ("lines", "fingerprint")},
            "name": name("the name as the document prints it"),
            "operation": name("the operation or group that answers to it"),
            "relation": one_of(words_of(Relation), "what the name is to that operation"),
        },
        ("name", "operation", "relation", "lines"),
    )
    section = mapping(
        {
            **{key: citation()["properties"][key] for key in ("document", "section")},
            "names": list_of(entry, minItems=1),
        },
        ("document", "section", "names"),
    )
    words = list_of(
        name(), description="words of the documents that look like a service and are none", uniqueItems=True
    )
    return file_of({"inventory": list_of(section, minItems=1), "no_services": words}, ("inventory",))


def users() -> Schema:
    """`users.yaml`."""
    user = mapping(
        {
            "name": name("the user as the document prints it"),
            "purpose": three_languages("what the data are used for, in our own words"),
            "partner": name("a name of partners.yaml"),
            "operations": list_of(name(), description="how it gets the data; none where no document says so"),
            "remark": text("what else there is to know"),
            "source": citation(),
        },
        ("name", "purpose", "operations", "source"),
    )
    return file_of({"users": list_of(user, minItems=1)}, ("users",))

"""The columns of some requests, read: looks, requesters, persons and days; and any one row as an ordinary message."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Final, Self

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import types

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.decision import REQUEST_PERIOD, check_counts
from rules_service.decision.checking import MAX_NAMED_VALUES, MAX_TICKET_LENGTH
from rules_service.serve.arrow.codes import Codes
from rules_service.serve.arrow.days import OPEN, Days, Values, day_text
from rules_service.serve.arrow.layout import Layout
from rules_service.serve.arrow.persons import SEVERAL, Persons

Fault = tuple[NDArray[np.bool_], NDArray[Any]]
"""Which rows are wrong in some way, and numbers that tell apart those whose errors are not the same."""
LookKey = tuple[tuple[str, Hashable], ...]
"""All of a request but ticket, requester, persons and days: the columns that say it, and what they say."""

_INSTITUTION: Final = re.compile(r"([0-9]{1,9})/([0-9]{1,9})")
_SOME_DAY: Final = "2000-01-01"
_LARGEST: Final = (1 << 31) - 1


@dataclass(frozen=True, slots=True)
class Rows:
    """Requests in columns. `look_parts` together are their looks; `faults` what is wrong with single ones."""

    columns: Mapping[str, Any] = field(repr=False)
    look_parts: tuple[Codes, ...] = field(repr=False)
    requester: Codes
    persons: Persons
    values: tuple[Values, ...] = field(repr=False)
    system_date: Days
    faults: tuple[Fault, ...] = field(repr=False)

    @classmethod
    def of(cls, columns: Mapping[str, Any], layout: Layout) -> Self:
        """The rows of columns that are sound in their form."""
        count = len(columns["operation"])
        persons = Persons.of(columns["ssin"]) if "ssin" in columns else Persons.none(count)
        days = Days.of(columns["system_date"]) if "system_date" in columns else Days.none(count)
        periods = [Values.of_periods(each, columns) for each in layout.periods]
        values = (*periods, *(Values.of_dates(each, columns) for each in layout.dates))
        texts = [name for name in ("operation", "quality_code", "legal_context", *layout.parameters) if name in columns]
        types_asked = [Codes.of_lists(name, columns[name]) for name in ("information_types",) if name in columns]
        return cls(
            columns=columns,
            look_parts=(
                *(Codes.of_array(name, columns[name]) for name in texts),
                *types_asked,
                _has_persons(persons),
                *(each.part for each in values),
            ),
            requester=Codes.of_array("requester", columns["requester"]),
            persons=persons,
            values=values,
            system_date=days,
            faults=tuple(_faults(columns, persons, values, days)),
        )

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.persons.wrong)

    def look_key(self, row: int) -> LookKey:
        """What a row looks like."""
        return tuple((part.label, part.values[part.codes[row]]) for part in self.look_parts)

    def message(self, row: int) -> pb.DecideRequest:
        """A row as an ordinary message.

        Raises:
            InvalidRequestError: a list of the row has too many entries.
        """
        self._check_counts(row)
        given = {each.part.label: each.texts(row) for each in self.values}
        message = _message(self.look_key(row), given.__getitem__)
        message.requester.CopyFrom(organisation_of(self.requester.values[self.requester.codes[row]]))
        message.ssins.extend(self.persons.texts(row))
        if self.system_date.given[row]:
            message.system_date = day_text(int(self.system_date.days[row]))
        if "ticket" in self.columns:
            message.ticket = self.columns["ticket"][row].as_py() or ""
        return message

    def _check_counts(self, row: int) -> None:
        """Refuse a row with too many entries before a message is made of it, as that would be refused."""
        dates = (each for each in self.values if each.is_of_dates)
        asked = self.columns.get("information_types")
        counts = {
            "ssins": int(self.persons.offsets[row + 1] - self.persons.offsets[row]),
            "dates": sum(int(each.offsets[row + 1] - each.offsets[row]) for each in dates),
            "information_types": 0 if asked is None else int(_lengths(asked.slice(row, 1))[0]),
        }
        check_counts(SimpleNamespace(**{name: range(count) for name, count in counts.items()}))


def look_message(key: LookKey) -> pb.DecideRequest:
    """A message that looks like that, on any days, of nobody and about nobody."""
    states = dict(key)

    def any_days(label: str) -> Sequence[tuple[str, str]]:
        state = states[label]
        if isinstance(state, int) and label.startswith("date:"):
            return [(_SOME_DAY, _SOME_DAY)] * state
        return [] if state is None else [(_SOME_DAY, "" if state == OPEN else _SOME_DAY)]

    return _message(key, any_days)


def organisation_of(text: Hashable) -> common_pb2.Organisation:
    """The organisation that a text names: `sector/institution`, else a CBE number."""
    name = "" if text is None else str(text)
    pair = _INSTITUTION.fullmatch(name)
    if pair:
        return common_pb2.Organisation(sector=int(pair[1]), institution=int(pair[2]))
    return common_pb2.Organisation(cbe_number=name)


def _message(key: LookKey, days_of: Callable[[str], Sequence[tuple[str, str]]]) -> pb.DecideRequest:
    """The message that looks like that on the days that `days_of` has for each label."""
    message = pb.DecideRequest()
    for label, value in key:
        kind, _, name = label.partition(":")
        if kind in ("operation", "legal_context") and value is not None:
            setattr(message, kind, value)
        elif kind == "quality_code" and isinstance(value, int):
            message.quality_code = max(-_LARGEST, min(value, _LARGEST))
        elif kind == "parameter" and value is not None:
            message.parameters[name] = str(value)
        elif kind == "information_types" and isinstance(value, tuple):
            message.information_types.extend(each or "" for each in value)
        elif kind in (REQUEST_PERIOD, "period", "date"):
            _add_days(message, kind, name, days_of(label))
    return message


def _add_days(message: pb.DecideRequest, kind: str, name: str, days: Sequence[tuple[str, str]]) -> None:
    for begin, end in days:
        if kind == "date":
            message.dates.add(name=name, date=begin)
        else:
            period = common_pb2.Period(begin_date=begin, end_date=end)
            if kind == "period":
                message.periods.add(name=name, period=period)
            else:
                message.request_period.CopyFrom(period)


def _has_persons(persons: Persons) -> Codes:
    """Whether each row names somebody."""
    if len(persons.ssins) == len(persons.wrong) and not persons.is_list:
        return Codes("ssin", np.broadcast_to(np.int32(0), len(persons.wrong)), (True,))
    return Codes("ssin", (np.diff(persons.offsets) > 0).astype(np.int8), (False, True))


def _faults(columns: Mapping[str, Any], persons: Persons, values: Sequence[Values], days: Days) -> Iterator[Fault]:
    """What is wrong with rows that look well."""
    if persons.wrong.any():
        place = np.arange(len(persons.wrong))
        yield persons.wrong != 0, np.where(persons.wrong == SEVERAL, SEVERAL + place, persons.wrong)
    for each in values:
        if each.wrong.any():
            yield each.wrong, each.how
    outside = days.outside()
    if outside.any():
        yield outside, np.zeros(len(outside), dtype=np.int64)
    if "ticket" in columns and (lengths := _characters(columns["ticket"])).max(initial=0) > MAX_TICKET_LENGTH:
        yield lengths > MAX_TICKET_LENGTH, lengths
    types_asked = columns.get("information_types")
    if types_asked is not None and (lengths := _lengths(types_asked)).max(initial=0) > MAX_NAMED_VALUES:
        yield lengths > MAX_NAMED_VALUES, lengths


def _lengths(lists: Any) -> NDArray[Any]:
    found: NDArray[Any] = lists.value_lengths().fill_null(0).to_numpy()
    return found


def _characters(texts: Any) -> NDArray[Any]:
    """How many characters each text has, 0 for null."""
    if types.is_dictionary(texts.type):
        lengths = pc.utf8_length(texts.dictionary).take(texts.indices)
    else:
        lengths = pc.utf8_length(texts)
    found: NDArray[Any] = lengths.fill_null(0).to_numpy()
    return found

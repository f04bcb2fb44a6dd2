"""Random writes of every kind, and random questions between them, on a few persons and organisations."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.algebra import FUTURE, format_day
from rules_service.identifiers import format_ssin
from rules_service.identifiers.parties import Organisation, Region, RequesterKind
from rules_service.register import FileKind, Register, import_file
from rules_service.register.row_algebra import Registers
from rules_service.register.ssins import ReplacementRefusedError
from rules_service.register.writing import DirectoryEntry
from tests.register.support import GHENT, HEADER, NAMUR, bis, national, write
from tests.register.writing_support import integrate, key, remove, replace
from tests.serve.world import TODAY

NUMBERS = (bis(1), national(1), national(2))
OPERATIONS = (
    "OCMWCPASPerformInvestigation",
    "OCMWCPASManageAccess.consult",
    "RetrieveTIGroups",
    "SelfEmployedV2",
    "HealthCareInsurance",
    "HandiServiceV2",
    "WaitRegisterMutation",
)
CODES = (2, 4)

numbers = st.sampled_from(NUMBERS)
organisations = st.sampled_from([GHENT, NAMUR])
begins = st.integers(TODAY - 90, TODAY + 60)


@dataclass(frozen=True)
class Days:
    """Days of one person, added or taken away; without a length for ever."""

    number: int
    organisation: str
    code: int
    begin: int
    length: int | None
    registers: Registers
    adds: bool

    def apply(self, register: Register, _folder: Path) -> None:
        whose = key(ssin=self.number, organisation=self.organisation, code=self.code)
        end = FUTURE if self.length is None else self.begin + self.length
        (integrate if self.adds else remove)(register, whose, self.begin, end, self.registers)


@dataclass(frozen=True)
class Replaced:
    """A number that another one stands for from now on, unless it is replaced already."""

    old: int
    new: int

    def apply(self, register: Register, _folder: Path) -> None:
        with suppress(ReplacementRefusedError):
            replace(register, self.old, self.new)


@dataclass(frozen=True)
class Described:
    """An organisation that is described anew."""

    organisation: str
    kind: RequesterKind
    region: Region
    institution: int | None

    def apply(self, register: Register, _folder: Path) -> None:
        described = Organisation(self.organisation, self.kind, self.region, 17, self.institution)
        with register.write("directory") as writer:
            writer.put_organisation(DirectoryEntry(described, self.organisation, "described anew"))


@dataclass(frozen=True)
class Imported:
    """Rows that come in together, those that overlap others excepted."""

    rows: tuple[tuple[int, str, int, int, int], ...]

    def apply(self, register: Register, folder: Path) -> None:
        lines = [
            f"{format_ssin(number)},{organisation},17,{code},{format_day(begin)},{format_day(begin + length)},both"
            for number, organisation, code, begin, length in self.rows
        ]
        file = write(folder / "integrations.csv", HEADER, *lines)
        import_file(register, FileKind.INTEGRATIONS, file, keep_good=True)


@dataclass(frozen=True)
class Question:
    """May an organisation use an operation for some persons? Without a system date: on the day it is asked."""

    operation: str
    requester: str
    persons: tuple[int, ...]
    system_date: int | None

    def message(self) -> pb.DecideRequest:
        return pb.DecideRequest(
            ticket="first",
            operation=self.operation,
            requester=common_pb2.Organisation(cbe_number=self.requester),
            ssins=map(format_ssin, self.persons),
            system_date="" if self.system_date is None else format_day(self.system_date),
        )


Write = Days | Replaced | Described | Imported

days = st.builds(
    Days,
    numbers,
    organisations,
    st.sampled_from(CODES),
    begins,
    st.one_of(st.none(), st.integers(0, 60)),
    st.sampled_from([Registers.BOTH, Registers.PRIMARY, Registers.SECONDARY]),
    st.sampled_from([True, True, False]),
)
described = st.builds(
    Described,
    organisations,
    st.sampled_from([RequesterKind.CPAS, RequesterKind.ASSOCIATION_CHAPTER_XII]),
    st.sampled_from([Region.FLANDERS, Region.WALLONIA]),
    st.sampled_from([1, None]),
)
row = st.tuples(numbers, organisations, st.sampled_from(CODES), begins, st.integers(0, 60))
imported = st.builds(Imported, st.lists(row, min_size=1, max_size=4).map(tuple))
replaced = st.builds(Replaced, st.just(NUMBERS[0]), numbers)
writes: st.SearchStrategy[Write] = st.one_of(days, days, days, replaced, described, imported)
questions = st.builds(
    Question,
    st.sampled_from(OPERATIONS),
    organisations,
    st.lists(numbers, min_size=1, max_size=2, unique=True).map(tuple),
    st.one_of(st.none(), st.integers(TODAY - 40, TODAY + 40)),
)

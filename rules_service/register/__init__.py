"""The register of integrations: who has integrated whom, under which code, when, and since when we know it.

Reading order: `schema` (the tables), `store` (create, open, read at a revision, write), `reader` and `index` (what
evaluators read, from the database and in memory), `live` (the index that follows the database), `importing` and
`exporting` (files), `population` (invented persons to try it with). Single writes: `admission` (what may be
written), `row_algebra` and `integrating` (which rows that closes and opens), `day_writes` (putting them down, in few
statements), `ssins` (letting one number replace another), `answered` (once for each request), `changes` and
`commits` (following them, and hearing of each new one). Files with numbers: `private_files` (whole, for their owner
alone), `key_files` and `sealed_files` (encrypted at rest).
"""

from rules_service.register.exporting import export_file
from rules_service.register.importing import ImportReport, Progress, import_file
from rules_service.register.index import Index, IntegrationColumns, build_index, index_of_facts, index_of_person
from rules_service.register.live import LiveRegister, reached
from rules_service.register.persons import GivenPerson, GivenProof, KeyUnusableError, PersonDirectory
from rules_service.register.row_files import BadRow, FileKind, UnusableFileError
from rules_service.register.store import Register, RegisterStore, Revision, file_of
from rules_service.register.watching import NOW

__all__ = [
    "NOW",
    "BadRow",
    "FileKind",
    "GivenPerson",
    "GivenProof",
    "ImportReport",
    "Index",
    "IntegrationColumns",
    "KeyUnusableError",
    "LiveRegister",
    "PersonDirectory",
    "Progress",
    "Register",
    "RegisterStore",
    "Revision",
    "UnusableFileError",
    "build_index",
    "export_file",
    "file_of",
    "import_file",
    "index_of_facts",
    "index_of_person",
    "reached",
]

"""What operators do with a whole register: verify it, copy it, measure it, purge it, and answer a person about it.

Reading order: `tables` (every table as columns, with sums), `manifests`, `history` (dump and load), `sqlite_copies` and
`backup`; `violations`, `row_checks`, `number_checks`, `index_checks` and `verifying`; `statistics`; `telling` and
`subject_export`; `retention` and `retention_settings`. All of them read through `Register.reading`, in one transaction;
`door` is for filling an empty register.
"""

from rules_service.register.operations.backup import archive, back_up, restore
from rules_service.register.operations.history import dump, load
from rules_service.register.operations.manifests import Manifest, UnusableCopyError
from rules_service.register.operations.retention import Cutoff, Purged, Retained, preview, purge
from rules_service.register.operations.retention_settings import RetentionSettingsError, read_retention
from rules_service.register.operations.statistics import Statistics, statistics
from rules_service.register.operations.subject_export import subject_export
from rules_service.register.operations.telling import moment
from rules_service.register.operations.verifying import verify
from rules_service.register.operations.violations import Violation

__all__ = [
    "Cutoff",
    "Manifest",
    "Purged",
    "Retained",
    "RetentionSettingsError",
    "Statistics",
    "UnusableCopyError",
    "Violation",
    "archive",
    "back_up",
    "dump",
    "load",
    "moment",
    "preview",
    "purge",
    "read_retention",
    "restore",
    "statistics",
    "subject_export",
    "verify",
]

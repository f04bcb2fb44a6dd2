"""Decides every row of a Parquet file, however large, and writes the decisions into another one.

    python decide_a_table.py 127.0.0.1:50051 requests.parquet decisions.parquet

The columns of the file are those that `DecideColumnsRequest` names: `operation` and `requester`, mostly `ssin` too.
Needs `pip install integrationcontrol[columns]`.
"""

from __future__ import annotations

import sys
from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq

from integrationcontrol import Client, IntegrationControlError

WANTED = ("outcome", "reason", "variant", "integration_ids", "error_message", "register_revision")


def decide_file(client: Client, requests: str, decisions: str) -> Counter[str]:
    """How often each outcome came; rows are read as they are sent, so the files may be larger than memory."""
    counts: Counter[str] = Counter()
    asked = pq.ParquetFile(requests)
    rows = pa.RecordBatchReader.from_batches(asked.schema_arrow, asked.iter_batches())
    answer = client.decide_columns(rows, answer_columns=WANTED)
    with pq.ParquetWriter(decisions, answer.schema) as file:
        for batch in answer:
            file.write_batch(batch)
            counts.update(outcome or "ERROR" for outcome in batch["outcome"].to_pylist())
    return counts


def main() -> int:
    """Decide the file; the exit code is 1 when some row was in error, 2 when the file cannot be decided at all."""
    target, requests, decisions = sys.argv[1:4]
    try:
        with Client(target) as client:
            counts = decide_file(client, requests, decisions)
    except IntegrationControlError as error:
        print(f"{error.code} {error}", file=sys.stderr)
        return 2
    print(", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())))
    return 1 if counts["ERROR"] else 0


if __name__ == "__main__":
    sys.exit(main())

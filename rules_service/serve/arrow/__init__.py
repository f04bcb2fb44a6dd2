"""Decisions for those who hold their requests in columns: Arrow record batches in, Arrow record batches out.

Read `layout` first (which columns there are), then `stream` (bytes), `codes`, `persons` and `days` (columns read),
`rows` (a row as an ordinary request), `reader` (all of it together), `answers` and `writer` (the answer).

Arrow Flight is not offered besides. It would move columns faster than this method does (40 million rows a second and
more, against 5 to 6 million decided), but to move them is not what takes the time: looking persons up and deciding is.
It would bring a second server in this process, on a port of its own, with limits, permissions and health of its own;
and whoever can speak Flight can put the same Arrow stream into a message of this method.
"""

from rules_service.serve.arrow.answers import Answers
from rules_service.serve.arrow.layout import column_names
from rules_service.serve.arrow.reader import ColumnReader, ReadColumns
from rules_service.serve.arrow.stream import ColumnsMessage
from rules_service.serve.arrow.writer import ANSWER_COLUMNS, check_wanted, write_columns

__all__ = [
    "ANSWER_COLUMNS",
    "Answers",
    "ColumnReader",
    "ColumnsMessage",
    "ReadColumns",
    "check_wanted",
    "column_names",
    "write_columns",
]

"""What commands that serve log, and how."""

from __future__ import annotations

import logging


def begin_log(processes: int) -> None:
    """Have what an operator must know written on standard error, with the process where there are several."""
    process = " [%(process)d]" if processes > 1 else ""
    logging.basicConfig(level=logging.WARNING, format=f"%(asctime)s{process} %(levelname)s %(name)s: %(message)s")

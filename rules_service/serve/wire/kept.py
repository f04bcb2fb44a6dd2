"""Arrays that a kernel is handed once for many calls: to hand them over takes longer than many a call."""

from __future__ import annotations

from typing import Any

from numba import types
from numba.experimental import structref

from rules_service.evaluate.compiled import brief


@structref.register
class KeptType(types.StructRef):  # type: ignore[misc]
    """The type of `Kept`, for the compiler."""


class Kept(structref.StructRefProxy):  # type: ignore[misc]
    """A value that kernels read as `value`; made by `kept`. It holds the arrays in it as long as it lives."""


structref.define_proxy(Kept, KeptType, ["value"])


@brief
def kept(value: Any) -> Any:
    """Keep a tuple of arrays."""
    return Kept(value)

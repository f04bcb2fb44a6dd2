"""Bytes between Python and a kernel that keeps the interpreter lock: taken as an array, handed back as a new object.

The compiler lays out all of these types alike; what is different is how they come from Python and how they go there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from numba import types
from numba.extending import box, intrinsic, models, register_model


class WrittenType(types.Bytes):  # type: ignore[misc]
    """The type of what `written` gives, for the compiler."""


register_model(WrittenType)(models.ArrayModel)


@box(WrittenType)  # type: ignore[untyped-decorator]
def _copied(kind: Any, value: Any, c: Any) -> Any:
    """An object of its own, made before anybody else can write into the array: the lock is still held."""
    array = c.context.make_array(kind)(c.context, c.builder, value)
    return c.pyapi.bytes_from_string_and_size(array.data, array.nitems)


def _same(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001 - of numba's form
    return arguments[0]


def _column_of(typing_context: Any, raw: Any) -> Any:  # noqa: ARG001 - the form of a numba intrinsic
    if not isinstance(raw, types.Bytes):
        return None
    return types.Array(raw.dtype, 1, "C", readonly=True)(raw), _same


def _written(typing_context: Any, array: Any) -> Any:  # noqa: ARG001 - the form of a numba intrinsic
    if not isinstance(array, types.Array) or array.ndim != 1 or array.layout != "C" or array.dtype != types.uint8:
        return None
    return WrittenType(array.dtype, 1, "C")(array), _same


column_of = cast("Callable[[bytes], Any]", intrinsic(_column_of))
"""Bytes as an array, of the type that those of messages have for kernels."""
written = cast("Callable[[Any], bytes]", intrinsic(_written))
"""An array of bytes, as a kernel hands it back to Python: as bytes."""

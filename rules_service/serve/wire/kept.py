"""Tuples of arrays that a kernel is handed as one address: to hand over each array takes longer than many a call.

The address is that of a table of words: of each array where it is and how long, and each whole number. A kernel reads
of it what it needs, where it needs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import typeof, types
from numba.core import cgutils
from numba.core.typing.templates import AttributeTemplate
from numba.extending import NativeValue, infer_getattr, lower_getattr_generic, models, register_model, unbox
from numba.np.arrayobj import populate_array

_WORD: Final = ir.IntType(64)


class Kept:
    """A named tuple of arrays without gaps, of whole numbers and of such tuples, for kernels compiled for its `kind`.

    INVARIANT (held): a kernel is handed `address`, which holds nothing: whoever hands it over holds this object, and
    this holds the arrays. Where an array is and how long never changes; kernels rely on it.
    """

    def __init__(self, value: Any) -> None:
        self.kind = _kind_of(value)
        self._value = value
        self._table = np.array(list(_words(value)), dtype=np.int64)
        self.address: int = self._table.ctypes.data


class KeptType(types.Type):  # type: ignore[misc]
    """The type of `Kept`, for the compiler: kernels read its fields as those of the tuple."""

    def __init__(self, of: Any) -> None:
        super().__init__(f"kept({of})")
        _size(of)  # refuses what cannot be kept
        self.of = of


_kinds: Final[dict[object, KeptType]] = {}


def _kind_of(value: Any) -> KeptType:
    """The type of a value, remembered by its form: the compiler takes a millisecond to find one."""
    form = _form(value)
    found = _kinds.get(form)
    if found is None:
        found = _kinds[form] = KeptType(typeof(value))
    return found


def _form(value: Any) -> object:
    """What the type of a value depends on, and nothing else."""
    if isinstance(value, tuple):
        return type(value), *map(_form, value)
    if isinstance(value, np.ndarray):
        return value.dtype, value.ndim, value.flags.num
    return type(value)


def _words(value: Any) -> Iterator[int]:
    """The table of a value."""
    if isinstance(value, tuple):
        for part in value:
            yield from _words(part)
    elif isinstance(value, np.ndarray):
        yield from (value.ctypes.data, *value.shape)
    else:
        yield value


def _size(kind: Any) -> int:
    """How many words `_words` gives of a value of this type."""
    if isinstance(kind, types.BaseNamedTuple):
        return sum(map(_size, kind.types))
    if isinstance(kind, types.Array) and kind.layout == "C":
        return 1 + int(kind.ndim)
    if kind == types.int64:
        return 1
    raise TypeError(f"`{kind}` cannot be kept for kernels: take arrays without gaps and whole numbers")


@register_model(KeptType)
class _KeptModel(models.PrimitiveModel):  # type: ignore[misc]
    """The address of the table."""

    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _WORD.as_pointer())


@unbox(KeptType)  # type: ignore[untyped-decorator]
def _from_address(kind: Any, number: Any, c: Any) -> Any:
    address = c.pyapi.long_as_voidptr(number)
    table = c.builder.bitcast(address, c.context.get_value_type(kind))
    return NativeValue(table, is_error=cgutils.is_null(c.builder, address))


@infer_getattr
class _Fields(AttributeTemplate):  # type: ignore[misc]
    key = KeptType

    def generic_resolve(self, kept: Any, name: str) -> Any:
        """The type of a field."""
        return kept.of.types[kept.of.fields.index(name)] if name in kept.of.fields else None


@lower_getattr_generic(KeptType)  # type: ignore[untyped-decorator]
def _field(context: Any, builder: Any, kept: Any, table: Any, name: str) -> Any:
    which = kept.of.fields.index(name)
    first = sum(map(_size, kept.of.types[:which]))
    return _read(context, builder, kept.of.types[which], table, first)


def _read(context: Any, builder: Any, kind: Any, table: Any, first: int) -> Any:
    """The code for a value that begins at a word of the table; what is not used of it is left out later."""
    if isinstance(kind, types.BaseNamedTuple):
        parts = []
        for part in kind.types:
            parts.append(_read(context, builder, part, table, first))
            first += _size(part)
        return context.make_tuple(builder, kind, parts)
    if isinstance(kind, types.Array):
        return _array(context, builder, kind, table, first)
    return _word(builder, table, first)


def _array(context: Any, builder: Any, kind: Any, table: Any, first: int) -> Any:
    array = context.make_array(kind)(context, builder)
    data = builder.inttoptr(_word(builder, table, first), array.data.type)
    shape = [_word(builder, table, first + 1 + axis) for axis in range(kind.ndim)]
    item_size = ir.Constant(_WORD, context.get_abi_sizeof(context.get_data_type(kind.dtype)))
    strides = [item_size]
    for length in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], length))
    populate_array(array, data=data, shape=shape, strides=strides, itemsize=item_size, meminfo=None)
    return array._getvalue()  # noqa: SLF001 - numba has no other name for it


def _word(builder: Any, table: Any, place: int) -> Any:
    """A word, which never changes: the compiler may read it wherever it is used, and need not keep it."""
    word = builder.load(builder.gep(table, [ir.Constant(_WORD, place)]))
    word.set_metadata("invariant.load", builder.module.add_metadata([]))
    return word

"""What the processor does in one instruction and the language has no word for.

Memory is asked for before it is needed: a look-up that misses every cache waits for several at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

_READ, _KEEP, _DATA = 0, 3, 1
"""The arguments of LLVM's `llvm.prefetch`: to be read, to be kept in every cache, not instructions."""


def _prefetch(typing_context: Any, array: Any, place: Any) -> Any:  # noqa: ARG001 - the form of a numba intrinsic

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array_type, place_type = signature.args
        of_array = context.make_array(array_type)(context, builder, value=arguments[0])
        index = context.cast(builder, arguments[1], place_type, types.intp)
        pointer = cgutils.get_item_pointer(context, builder, array_type, of_array, [index])
        bytes_pointer = ir.IntType(8).as_pointer()
        number = ir.IntType(32)
        function = cgutils.get_or_insert_function(
            builder.module,
            ir.FunctionType(ir.VoidType(), [bytes_pointer, number, number, number]),
            "llvm.prefetch.p0",
        )
        hints = [ir.Constant(number, each) for each in (_READ, _KEEP, _DATA)]
        builder.call(function, [builder.bitcast(pointer, bytes_pointer), *hints])
        return context.get_dummy_value()

    return types.void(array, place), generate


prefetch = cast("Callable[[Any, Any], None]", intrinsic(_prefetch))
"""Asks for the item of an array at a place, which must not lie past its end; nothing waits for it."""


def _lowest_bit(typing_context: Any, word: Any) -> Any:  # noqa: ARG001 - the form of a numba intrinsic
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.int64), generate


lowest_bit = cast("Callable[[Any], Any]", intrinsic(_lowest_bit))
"""The place of the lowest bit that is set in a word, which must not be 0."""

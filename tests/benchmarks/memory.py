"""How much memory arrays take that some object holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


def bytes_held(thing: object) -> int:
    """The bytes of all arrays that can be reached from an object, each once, views as what they are views of."""
    owners: dict[int, np.ndarray[Any, Any]] = {}
    seen: set[int] = set()
    waiting: list[object] = [thing]
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, np.ndarray):
            owner = _owner(each)
            owners[id(owner)] = owner
        else:
            waiting.extend(_parts(each))
    return sum(owner.nbytes for owner in owners.values())


def _owner(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def _parts(thing: object) -> Iterable[object]:
    if isinstance(thing, (str, bytes, int, float)):
        return ()
    if isinstance(thing, Mapping):
        return thing.values()
    if isinstance(thing, (list, tuple)):
        return thing
    names = [each.name for each in fields(thing)] if is_dataclass(thing) else getattr(thing, "__slots__", ())
    return [getattr(thing, name) for name in names if hasattr(thing, name)]

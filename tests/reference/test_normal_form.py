"""A condition becomes an any-of of all-of leaves, in an order that fixes which evidence is shown."""

from __future__ import annotations

from dataclasses import replace

from rules_service.model import Condition, Leaf, Overlaps, Register, UnionScope
from rules_service.reference.normal_form import normal_form
from tests.reference.small_models import all_of, any_of, covers, overlaps, own

A, B, C, D = (overlaps("system_date", own(code)) for code in (1, 2, 3, 4))


def conjunctions(condition: Condition) -> list[tuple[Leaf, ...]]:
    form = normal_form(condition)
    return [form.leaves_of(conjunction) for conjunction in form.conjunctions]


def in_register(leaf: Overlaps, register: Register) -> Overlaps:
    return replace(leaf, selector=replace(leaf.selector, register=register))


def test_a_leaf_is_one_conjunction() -> None:
    assert conjunctions(A) == [(A,)]


def test_any_of_keeps_the_order_of_its_parts() -> None:
    assert conjunctions(any_of(B, all_of(C, A), D)) == [(B,), (C, A), (D,)]


def test_in_all_of_the_leftmost_part_varies_slowest() -> None:
    assert conjunctions(all_of(any_of(A, B), any_of(C, D))) == [(A, C), (A, D), (B, C), (B, D)]


def test_repeated_leaves_and_conjunctions_are_kept_once() -> None:
    assert conjunctions(any_of(all_of(A, A), A)) == [(A,)]


def test_both_registers_ask_the_whole_condition_twice() -> None:
    both = in_register(A, Register.BOTH)
    first, second = in_register(A, Register.PRIMARY), in_register(A, Register.SECONDARY)

    assert conjunctions(any_of(both, B)) == [(first, second), (first, B), (B, second), (B,)]


def test_one_code_becomes_one_conjunction_for_each_code_in_order() -> None:
    leaf = covers("request_period", own(30, 1, 2), UnionScope.ONE_CODE)

    assert conjunctions(leaf) == [(covers("request_period", own(code)),) for code in (1, 2, 30)]


def test_one_code_in_both_registers_may_be_another_in_each() -> None:
    leaf = covers("request_period", own(1, 2, register=Register.BOTH), UnionScope.ONE_CODE)

    assert len(conjunctions(leaf)) == 4

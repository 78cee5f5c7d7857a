"""Which statements stand."""

from __future__ import annotations

import pytest

from projections.annulments import standing


@pytest.mark.parametrize(
    ("statements", "taken_out", "circular"),
    [
        ({"a": ((), ())}, "", ""),
        ({"a": ((), ()), "x": (("a",), ())}, "a", ""),
        ({"a": ((), ()), "x": (("a",), ()), "y": (("x",), ())}, "x", ""),
        ({"a": ((), ()), "x": (("a",), ()), "y": (("x",), ()), "z": (("y",), ())}, "ay", ""),
        ({"a": ((), ()), "b": ((), ("a",)), "c": ((), ("b",))}, "ab", ""),
        ({"a": ((), ()), "b": ((), ("a",)), "x": (("b",), ())}, "b", ""),
        ({"a": ((), ()), "b": ((), ("a",)), "c": ((), ("b",)), "x": (("b",), ())}, "ab", ""),
        ({"a": ((), ()), "x": (("a",), ()), "y": ((), ("x",))}, "x", ""),
        ({"x": (("x",), ())}, "x", "x"),
        ({"a": ((), ()), "x": (("y", "a"), ()), "y": (("x",), ())}, "xy", "xy"),
        ({"x": (("y",), ()), "y": (("x",), ()), "m": (("x",), ())}, "x", ""),
        ({"a": (("b",), ()), "b": (("a", "c"), ()), "c": (("d",), ()), "d": ((), ())}, "abd", "ab"),
        ({"a": (("gone",), ())}, "", ""),
    ],
    ids=[
        "one", "annulled", "restored", "annulled again", "replaced twice", "restored from a replacement",
        "a replacement annulled under a later one", "an annulment replaced", "names itself", "circle has no effect",
        "circle broken from outside", "behind a circle", "not of this entity",
    ],
)  # fmt: skip
def test_standing(
    statements: dict[str, tuple[tuple[str, ...], tuple[str, ...]]], taken_out: str, circular: str
) -> None:
    for order in (list(statements), list(statements)[::-1]):
        found = standing({name: statements[name] for name in order}, statements)
        assert (found.taken_out, found.circular) == (frozenset(taken_out), frozenset(circular))


def test_a_long_chain_costs_no_more_than_its_length() -> None:
    chain = {str(n): ((), (str(n - 1),)) for n in range(20_000)}
    assert len(standing(chain, chain).taken_out) == 19_999

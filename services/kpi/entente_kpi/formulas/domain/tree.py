"""A formula as a tree. `place` is the index of the part in the text that it was read from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias


class Aggregate(StrEnum):
    MEAN = "mean"
    SUM = "sum"


class Function(StrEnum):
    MIN = "min"
    MAX = "max"
    ABS = "abs"
    SQRT = "sqrt"
    LOG = "log"
    EXP = "exp"


@dataclass(frozen=True, slots=True)
class Number:
    value: float
    unit: str | None
    place: int


@dataclass(frozen=True, slots=True)
class Latest:
    """An input's last value at or before a time, if not older than `within` (else than the input's own limit)."""

    name: str
    within: timedelta | None
    place: int


@dataclass(frozen=True, slots=True)
class Window:
    """An aggregate of an input's samples with `t - width < at <= t`."""

    aggregate: Aggregate
    name: str
    width: timedelta
    place: int


@dataclass(frozen=True, slots=True)
class Negation:
    of: "Node"
    place: int


@dataclass(frozen=True, slots=True)
class Operation:
    """`sign` is one of + - * / ^."""

    sign: str
    left: "Node"
    right: "Node"
    place: int


@dataclass(frozen=True, slots=True)
class Call:
    function: Function
    arguments: "tuple[Node, ...]"
    place: int


@dataclass(frozen=True, slots=True)
class Choice:
    """`then` where `left comparison right` holds, else `otherwise`. Only the chosen one has to have a value."""

    comparison: str
    left: "Node"
    right: "Node"
    then: "Node"
    otherwise: "Node"
    place: int


@dataclass(frozen=True, slots=True)
class Scaled:
    """Not written by anybody: `of` in another unit of the same kind."""

    of: "Node"
    factor: Fraction
    place: int


Node: TypeAlias = Number | Latest | Window | Negation | Operation | Call | Choice | Scaled


def children(node: Node) -> "tuple[Node, ...]":
    match node:
        case Negation() | Scaled():
            return (node.of,)
        case Operation():
            return (node.left, node.right)
        case Call():
            return node.arguments
        case Choice():
            return (node.left, node.right, node.then, node.otherwise)
    return ()


def inputs(root: Node) -> "Iterator[Latest | Window]":
    """Every mention of an input."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Latest | Window):
            yield node
        waiting.extend(children(node))


def names(root: Node) -> set[str]:
    return {node.name for node in inputs(root)}


def windows(root: Node) -> dict[str, timedelta]:
    """The longest window over each input that has one."""
    widest: dict[str, timedelta] = {}
    for node in inputs(root):
        if isinstance(node, Window):
            widest[node.name] = max(node.width, widest.get(node.name, node.width))
    return widest

"""Reading a formula's text. lark makes the LALR(1) parser; nothing is ever evaluated as code."""

import math
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from entente_shared.errors import N_

from . import tree
from .errors import refuse

if TYPE_CHECKING:
    from lark import Lark, Token

LONGEST = 1000  # characters
LONGEST_WINDOW = timedelta(days=36_525)
_GRAMMAR = r"""
?start: sum
?sum: product
    | sum PLUS product -> operation
    | sum MINUS product -> operation
?product: unary
    | product TIMES unary -> operation
    | product OVER unary -> operation
?unary: power
    | MINUS unary -> negation
?power: atom
    | atom POWER unary -> operation
?atom: NUMBER UNIT? -> number
    | NAME -> reference
    | KPI -> reference
    | NAME "(" [argument ("," argument)*] ")" -> call
    | "(" sum ")"
?argument: sum
    | sum COMPARISON sum -> comparison
    | DURATION -> duration

PLUS: "+"
MINUS: "-"
TIMES: "*"
OVER: "/"
POWER: "^"
COMPARISON: /<=|>=|==|!=|<|>/
NAME: /[a-z][a-z0-9_]*/
KPI: /\{[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}/
NUMBER: /([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?/
UNIT: /'[^']+'/
DURATION: /P[0-9T][0-9A-Z.]*/
%ignore /[ \t\r\n]+/
"""
ReadDuration = Callable[[str], timedelta]


class _Comparison:
    """A condition; only `if` takes one."""

    def __init__(self, left: tree.Node, sign: "Token", right: tree.Node) -> None:
        self.left, self.sign, self.right = left, str(sign), right


class _Builder:
    """Called by the parser bottom-up, so that no nesting of the text becomes a recursion here."""

    def __init__(self, read_duration: ReadDuration) -> None:
        self._read_duration = read_duration

    def operation(self, parts: list[Any]) -> tree.Node:
        left, sign, right = parts
        return tree.Operation(str(sign), _value(left, sign), _value(right, sign), _place(sign))

    def negation(self, parts: list[Any]) -> tree.Node:
        sign, of = parts
        return tree.Negation(_value(of, sign), _place(sign))

    def number(self, parts: list[Any]) -> tree.Node:
        digits, unit = parts[0], (parts[1].strip("'") if len(parts) > 1 else None)
        value = float(digits)
        if not math.isfinite(value):
            raise refuse(N_("At character {place}: the number is too large; at most 1e308 fits."), _place(digits))
        return tree.Number(value, unit, _place(digits))

    def reference(self, parts: list[Any]) -> tree.Node:
        return tree.Latest(parts[0].strip("{}").lower(), None, _place(parts[0]))

    def comparison(self, parts: list[Any]) -> _Comparison:
        return _Comparison(*parts)

    def duration(self, parts: list[Any]) -> timedelta:
        try:
            width = self._read_duration(str(parts[0]))
        except ValueError:
            width = timedelta(0)
        if not timedelta(0) < width <= LONGEST_WINDOW:
            raise refuse(
                N_(
                    "At character {place}: a duration in weeks, days, hours, minutes or seconds is expected, such as P30D."
                ),
                _place(parts[0]),
            )
        return width

    def call(self, parts: list[Any]) -> tree.Node:
        name, arguments = parts[0], [part for part in parts[1:] if part is not None]
        if name == "if":
            return _choice(name, arguments)
        if name == "last" or name in tuple(tree.Aggregate):
            return _over_input(name, arguments)
        return _call(name, arguments)


_IF = N_("At character {place}: if takes a comparison and two values, as in if(cost > 0, revenue / cost, 0).")
_INPUT = N_("At character {place}: {name} takes an input and a duration, as in {name}(revenue, P30D).")
_ARGUMENTS = N_("At character {place}: {name} does not take so many values.")
_PLAIN = N_(
    "At character {place}: a value is expected here; comparisons belong in if, durations in mean, sum and last."
)
_FUNCTION = N_("At character {place}: there is no such function; there are {functions}.")
_READ = N_("At character {place}: the formula cannot be read on from here; check signs, commas and parentheses.")
_LONG = N_("The formula may have at most {most} characters; compute parts of it as KPIs of their own.")


def _place(token: Any) -> int:
    return int(token.start_pos)


def _value(part: Any, near: Any) -> tree.Node:
    if isinstance(part, _Comparison | timedelta):
        raise refuse(_PLAIN, _place(near))
    node: tree.Node = part
    return node


def _choice(name: Any, arguments: list[Any]) -> tree.Node:
    if len(arguments) != 3 or not isinstance(arguments[0], _Comparison):
        raise refuse(_IF, _place(name))
    condition, then, otherwise = arguments
    return tree.Choice(
        condition.sign, condition.left, condition.right, _value(then, name), _value(otherwise, name), _place(name)
    )


def _over_input(name: Any, arguments: list[Any]) -> tree.Node:
    named = arguments[0] if arguments and isinstance(arguments[0], tree.Latest) else None
    width = arguments[1] if len(arguments) == 2 and isinstance(arguments[1], timedelta) else None
    if named is None or len(arguments) > 2 or (width is None and (name != "last" or len(arguments) == 2)):
        raise refuse(_INPUT, _place(name), name=str(name))
    if name == "last" or width is None:
        return tree.Latest(named.name, width, named.place)
    return tree.Window(tree.Aggregate(str(name)), named.name, width, _place(name))


def _call(name: Any, arguments: list[Any]) -> tree.Node:
    if name not in tuple(tree.Function):
        known = (*tree.Function, *tree.Aggregate, "last", "if")
        raise refuse(_FUNCTION, _place(name), functions=", ".join(known))
    function = tree.Function(str(name))
    several = function in {tree.Function.MIN, tree.Function.MAX}
    if not (2 <= len(arguments) <= 20 if several else len(arguments) == 1):
        raise refuse(_ARGUMENTS, _place(name), name=str(name))
    return tree.Call(function, tuple(_value(each, name) for each in arguments), _place(name))


@lru_cache(maxsize=1)
def _parser(read_duration: ReadDuration) -> "Lark":
    from lark import Lark

    return Lark(_GRAMMAR, parser="lalr", transformer=_Builder(read_duration))


def parse(text: str, read_duration: ReadDuration) -> tree.Node:
    """The tree of a formula. `read_duration` reads ISO 8601, or raises ValueError. Raises InvalidFormula."""
    from lark.exceptions import UnexpectedInput

    if len(text) > LONGEST:
        raise refuse(_LONG, 0, most=LONGEST)
    try:
        found: Any = _parser(read_duration).parse(text)
    except UnexpectedInput as error:
        place = error.pos_in_stream if error.pos_in_stream is not None and error.pos_in_stream >= 0 else len(text)
        raise refuse(_READ, place) from None
    node: tree.Node = found
    return node

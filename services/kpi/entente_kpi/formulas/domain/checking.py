"""Units of a formula, checked once, when it is defined: what is added, compared or chosen between must be of one kind.

Values keep the units that they come in; where two of one kind meet (EUR/mo and EUR/a), the right one is converted to the
left one's, and the whole to the unit that the KPI declares.
"""

from collections.abc import Mapping
from fractions import Fraction

from entente_shared.errors import N_

from ...units.domain.algebra import ONE, NotUnderstood, Unit, parse
from . import tree
from .errors import refuse
from .tree import Function, Node

DEEPEST = 60
Checked = tuple[Node, Unit]

_DEEP = N_("At character {place}: the formula is nested too deeply; compute parts of it as KPIs of their own.")
_NAME = N_("At character {place}: no input has this name; bind it in inputs, or use {{id of a KPI}}.")
_UNIT = N_("At character {place}: this unit is not understood; write one of UCUM or ISO 4217, such as 5 'EUR'.")
_SUM = N_("At character {place}: {left} and {right} cannot be added or subtracted; both sides must be of one kind.")
_COMPARED = N_("At character {place}: {left} and {right} cannot be compared; both sides must be of one kind.")
_CHOSEN = N_("At character {place}: the values are in {left} and in {right}; they must be of one kind.")
_PLAIN = N_("At character {place}: a number without unit is expected here, not {left}; divide it by one of its kind.")
_POWER = N_("At character {place}: what has a unit ({left}) is only raised to a whole number from -9 to 9.")
_EXTREME = N_("At character {place}: the unit that comes out here is beyond all measure.")
_RESULT = N_(
    "The formula comes to {left}, and the KPI is in {right}; change the formula or define the KPI in that unit."
)


def check(root: Node, units: Mapping[str, Unit], declared: Unit) -> Node:
    """The tree with what converts units put in, so that it comes to the `declared` unit. Raises InvalidFormula."""
    node, unit = _check(root, units, DEEPEST)
    if not unit.alike(declared):
        raise refuse(_RESULT, 0, left=unit.text, right=declared.text)
    return _convert(node, unit, declared)


def _check(node: Node, units: Mapping[str, Unit], levels: int) -> Checked:
    if levels == 0:
        raise refuse(_DEEP, node.place)
    try:
        match node:
            case tree.Number():
                return node, _literal(node)
            case tree.Latest() | tree.Window():
                if node.name not in units:
                    raise refuse(_NAME, node.place)
                return node, units[node.name]
        checked = [_check(child, units, levels - 1) for child in tree.children(node)]
        return _combine(node, checked)
    except NotUnderstood:
        raise refuse(_EXTREME, node.place) from None


def _literal(node: tree.Number) -> Unit:
    try:
        return parse(node.unit) if node.unit is not None else ONE
    except NotUnderstood:
        raise refuse(_UNIT, node.place) from None


def _combine(node: Node, checked: list[Checked]) -> Checked:
    match node:
        case tree.Negation():
            return tree.Negation(checked[0][0], node.place), checked[0][1]
        case tree.Operation(sign="+" | "-"):
            (left, unit), right = checked[0], _like(checked[0], checked[1], _SUM, node.place)
            return tree.Operation(node.sign, left, right, node.place), unit
        case tree.Operation(sign="^"):
            return _power(node, checked[0], checked[1])
        case tree.Operation():
            (left, ours), (right, theirs) = checked
            unit = ours.times(theirs) if node.sign == "*" else ours.per(theirs)
            return tree.Operation(node.sign, left, right, node.place), unit
        case tree.Choice():
            return _choice(node, checked)
        case tree.Call():
            return _call(node, checked)
    raise AssertionError(node)


def _power(node: tree.Operation, base: Checked, exponent: Checked) -> Checked:
    if base[1].plain:
        left, right = _number(base, node.place), _number(exponent, node.place)
        return tree.Operation("^", left, right, node.place), ONE
    whole = _whole(node.right)
    if whole is None or not exponent[1].plain:
        raise refuse(_POWER, node.place, left=base[1].text)
    return tree.Operation("^", base[0], tree.Number(float(whole), None, node.right.place), node.place), base[1].power(
        whole
    )


def _whole(node: Node) -> int | None:
    if isinstance(node, tree.Negation):
        found = _whole(node.of)
        return None if found is None else -found
    is_whole = isinstance(node, tree.Number) and node.unit is None and node.value.is_integer() and node.value <= 9
    return int(node.value) if is_whole and isinstance(node, tree.Number) else None


def _choice(node: tree.Choice, checked: list[Checked]) -> Checked:
    left, right, then, otherwise = checked
    compared = _like(left, right, _COMPARED, node.place)
    other = _like(then, otherwise, _CHOSEN, node.place)
    return tree.Choice(node.comparison, left[0], compared, then[0], other, node.place), then[1]


def _call(node: tree.Call, checked: list[Checked]) -> Checked:
    first, unit = checked[0]
    if node.function in {Function.MIN, Function.MAX}:
        others = (_like(checked[0], each, _CHOSEN, node.place) for each in checked[1:])
        return tree.Call(node.function, (first, *others), node.place), unit
    if node.function in {Function.LOG, Function.EXP}:
        return tree.Call(node.function, (_number(checked[0], node.place),), node.place), ONE
    if node.function is Function.SQRT:
        whole = unit.coherent()
        return tree.Call(node.function, (_convert(first, unit, whole),), node.place), whole.root()
    return tree.Call(node.function, (first,), node.place), unit


def _like(model: Checked, other: Checked, refusal: str, place: int) -> Node:
    """The other one in the model's unit."""
    if not model[1].alike(other[1]):
        raise refuse(refusal, place, left=model[1].text, right=other[1].text)
    return _convert(other[0], other[1], model[1])


def _number(checked: Checked, place: int) -> Node:
    if not checked[1].plain:
        raise refuse(_PLAIN, place, left=checked[1].text)
    return _convert(checked[0], checked[1], ONE)


def _convert(node: Node, unit: Unit, wanted: Unit) -> Node:
    factor: Fraction = unit.scale / wanted.scale
    return node if factor == 1 else tree.Scaled(node, factor, node.place)

"""A small writer of SVG, enough for charts: shapes, text and scales."""

import math
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"


def number(value: float) -> str:
    """A coordinate, to a hundredth of a pixel."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Scale:
    """Maps `low..high` to pixels `start..end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers inside `low..high`, `about` so many."""
    rough = (high - low) / about
    magnitude = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * magnitude for factor in (1, 2, 5, 10) if factor * magnitude >= rough)
    first = math.ceil(low / step)
    return [index * step for index in range(first, math.floor(high / step) + 1)]


class Svg:
    """Elements in drawing order. Attribute names are Python's: `stroke_width` is written as `stroke-width`."""

    def __init__(self, width: float, height: float, title: str) -> None:
        self._width, self._height = width, height
        self._parts = [f"<title>{escape(title)}</title>"]
        self.rect(0, 0, width, height, fill="#ffffff")

    def rect(self, x: float, y: float, width: float, height: float, **style: object) -> None:
        self._add("rect", {"x": x, "y": y, "width": width, "height": height}, style)

    def line(self, x1: float, y1: float, x2: float, y2: float, **style: object) -> None:
        self._add("line", {"x1": x1, "y1": y1, "x2": x2, "y2": y2}, style)

    def circle(self, x: float, y: float, radius: float, **style: object) -> None:
        self._add("circle", {"cx": x, "cy": y, "r": radius}, style)

    def polyline(self, points: list[tuple[float, float]], **style: object) -> None:
        path = " ".join(f"{number(x)},{number(y)}" for x, y in points)
        self._add("polyline", {"points": path, "fill": "none", "stroke-linejoin": "round"}, style)

    def text(self, x: float, y: float, content: str, size: float = 12, **style: object) -> None:
        self._add("text", {"x": x, "y": y, "font-size": size}, {"fill": "#1f2933", **style}, content)

    def render(self) -> str:
        size = f'width="{number(self._width)}" height="{number(self._height)}"'
        box = f'viewBox="0 0 {number(self._width)} {number(self._height)}"'
        head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} font-family={quoteattr(FONT)}>'
        return "\n".join([head, *self._parts, "</svg>"]) + "\n"

    def _add(
        self, tag: str, places: dict[str, float | str], style: dict[str, object], content: str | None = None
    ) -> None:
        attributes = {**places, **{name.replace("_", "-"): value for name, value in style.items()}}
        written = " ".join(f"{name}={quoteattr(_text(value))}" for name, value in attributes.items())
        self._parts.append(f"<{tag} {written}/>" if content is None else f"<{tag} {written}>{escape(content)}</{tag}>")


def _text(value: object) -> str:
    return number(value) if isinstance(value, float) else str(value)

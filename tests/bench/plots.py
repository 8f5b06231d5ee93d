"""Plots of what grows, as SVG that is read on light pages and on dark ones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT = 330, 210
LEFT, TOP, RIGHT, BOTTOM = 52, 34, 14, 34
LEGEND = 18
LINES = (
    ("#3b82f6", ""),
    ("#d97706", "7 3"),
    ("#16a34a", "2 3"),
    ("#db2777", "9 3 2 3"),
    ("#8b5cf6", "4 2"),
)
"""A colour that is told from white and from black, and dashes for whoever tells no colours."""
STYLE = """\
text { font: 12px system-ui, sans-serif; fill: #57606a }
.grid { stroke: #8c959f; stroke-opacity: .35 }
@media (prefers-color-scheme: dark) { text { fill: #b1bac4 } }"""


@dataclass(frozen=True)
class Panel:
    """One plot, both of its axes logarithmic: `lines` have a value for each of the sizes."""

    title: str
    of: str
    sizes: Sequence[int]
    lines: Mapping[str, Sequence[float]]


def figure(panels: Sequence[Panel]) -> str:
    """The panels side by side, over what their lines are called."""
    names = list(dict.fromkeys(name for panel in panels for name in panel.lines))
    width, height = WIDTH * len(panels), HEIGHT + LEGEND * len(names) + 16
    told = escape("; ".join(f"{panel.title} by {panel.of}" for panel in panels))
    body = "\n".join(line for place, panel in enumerate(panels) for line in _panel(panel, place * WIDTH, names))
    legend = "\n".join(line for place, name in enumerate(names) for line in _called(name, place, panels))
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img" aria-label="{told}">
<style>{STYLE}</style>
{body}
{legend}
</svg>
"""


def _panel(panel: Panel, left: int, names: Sequence[str]) -> Iterator[str]:
    low, high = _decades([value for values in panel.lines.values() for value in values])

    def x(size: float) -> float:
        first, last = log10(panel.sizes[0]), log10(panel.sizes[-1])
        return left + LEFT + (WIDTH - LEFT - RIGHT) * (log10(size) - first) / (last - first)

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - log10(value)) / (high - low)

    yield f'<text x="{left + LEFT}" y="18" font-weight="600">{escape(panel.title)}</text>'
    for decade in range(low, high + 1):
        at = y(10**decade)
        yield f'<path class="grid" d="M{left + LEFT},{at:.0f}H{left + WIDTH - RIGHT}"/>'
        yield f'<text x="{left + LEFT - 6}" y="{at + 4:.0f}" text-anchor="end">{10**decade:,g}</text>'
    for size in panel.sizes:
        yield f'<text x="{x(size):.0f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{_short(size)}</text>'
    yield f'<text x="{left + WIDTH / 2:.0f}" y="{HEIGHT - 2}" text-anchor="middle">{escape(panel.of)}</text>'
    for name, values in panel.lines.items():
        points = " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in zip(panel.sizes, values, strict=True))
        yield f'<polyline points="{points}" fill="none" stroke-width="2.5" {_stroke(names.index(name))}/>'


def _called(name: str, place: int, panels: Sequence[Panel]) -> Iterator[str]:
    """A line of the legend, which says from where to where the line leads: lines may lie on each other."""
    at = HEIGHT + LEGEND * (place + 1) + 4
    ends = [f"{panel.title}: {_told(panel.lines[name])}" for panel in panels if name in panel.lines]
    yield f'<line x1="{LEFT}" x2="{LEFT + 34}" y1="{at - 4}" y2="{at - 4}" stroke-width="2.5" {_stroke(place)}/>'
    yield f'<text x="{LEFT + 42}" y="{at}">{escape(f"{name}; {'; '.join(ends)}")}</text>'


def _told(values: Sequence[float]) -> str:
    first, last = f"{values[0]:.2g}", f"{values[-1]:.3g}"
    return first if first == last else f"{first} to {last}"


def _stroke(place: int) -> str:
    colour, dashes = LINES[place]
    return f'stroke="{colour}" stroke-dasharray="{dashes or "none"}"'


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """The powers of ten between which all values lie, two of them at least."""
    low = floor(log10(min(values)))
    return low, max(ceil(log10(max(values))), low + 1)


def _short(size: int) -> str:
    return f"{size // 1_000_000}M" if size >= 1_000_000 else f"{size // 1_000}k" if size >= 1_000 else str(size)

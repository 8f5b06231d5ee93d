"""The page that a run leaves behind, with its plots."""

from collections.abc import Sequence
from html import escape
from statistics import quantiles

from tests.soak.day import Day

WIDTH, HEIGHT = 720, 180


def page(day: Day) -> str:
    """HTML, with the plots in it."""
    seconds = [sample.second for sample in day.samples]
    verdict = "".join(f"<li>{escape(problem)}</li>" for problem in day.problems) or "<li>Everything agrees.</li>"
    percentiles = quantiles(day.took, n=100)
    return f"""\
<!doctype html>
<meta charset="utf-8">
<title>Soak</title>
<style>body {{ font: 16px/1.5 system-ui; max-width: 46rem; margin: 2rem auto }} svg {{ background: #f6f6f6 }}</style>
<h1>{day.size.webhooks:,} webhooks of {day.size.organizations} organizations</h1>
<ul>{verdict}</ul>
<p>{len(day.took):,} deliveries with repeats, in any order (seed {day.size.seed}), and {day.used:,} uses beside them.
Acknowledged within {percentiles[49]:.2f} s half of the time, within {percentiles[98]:.2f} s in 99 of 100 cases. The
function that applies them was replaced in the middle, and Chargebee refused calls with 429.</p>
{_plot("Messages in the queues", seconds, [sample.waiting for sample in day.samples])}
{_plot("Megabytes of the whole stack", seconds, [sample.megabytes for sample in day.samples])}
"""


def _plot(title: str, seconds: Sequence[float], values: Sequence[float]) -> str:
    """A line from zero to the highest value."""
    last, highest = max([*seconds, 1]), max([*values, 1])
    points = " ".join(
        f"{WIDTH * second / last:.1f},{HEIGHT * (1 - value / highest):.1f}"
        for second, value in zip(seconds, values, strict=True)
    )
    return f"""\
<h2>{title}</h2>
<p>Up to {highest:,.0f}, in {last:.0f} seconds.</p>
<svg viewBox="0 0 {WIDTH} {HEIGHT}"><polyline points="{points}" fill="none" stroke="#06c" stroke-width="2"/></svg>"""

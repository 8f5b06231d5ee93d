"""The page that a run leaves behind, with its plots."""

from collections.abc import Sequence
from html import escape
from statistics import quantiles

from tests.soak.day import Day

WIDTH, HEIGHT = 720, 180
AGREES = "Everything agrees: the cache with Chargebee, wallets with their ledgers, what was used with what is counted. \
The queues are empty, no letter is dead, and no function's memory grew."
STYLE = "body { font: 16px/1.5 system-ui; max-width: 46rem; margin: 2rem auto; color-scheme: light dark } \
svg { border-bottom: 1px solid; color: LinkText; max-width: 100% }"


def page(day: Day) -> str:
    """HTML, with the plots in it."""
    verdict = "".join(f"<li>{escape(problem)}</li>" for problem in day.problems) or f"<li>{AGREES}</li>"
    percentiles, refused = quantiles(day.took, n=100), day.calls.count(429)
    return f"""\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Soak</title>
<style>{STYLE}</style>
<h1>{day.size.webhooks:,} webhooks of {day.size.organizations} organizations</h1>
<ul>{verdict}</ul>
<p>{len(day.took):,} deliveries with repeats, in any order (seed {day.size.seed}), and {day.used:,} uses, gifts and
readings of Chargebee beside them. Webhooks were acknowledged within {percentiles[49]:.2f} s half of the time, within
{percentiles[98]:.2f} s in 99 of 100 cases. The function that applies them was replaced in the middle.</p>
<p>Chargebee answered {day.size.calls} calls in {day.size.seconds} seconds: {len(day.calls) - refused:,} in all, and
{refused:,} were refused with 429. The table throttled {day.throttle.refused:,} of {day.throttle.writes:,} writes.</p>
{_plot("Messages in the queues", day, [sample.waiting for sample in day.samples])}
{_plot("Writes that the table throttled", day, [sample.throttled for sample in day.samples])}
{_plot("Megabytes of the largest function", day, [sample.largest_worker for sample in day.samples])}
{_plot("Megabytes of the whole stack, with all that the emulated table holds", day, [s.megabytes for s in day.samples])}
</html>
"""


def _plot(title: str, day: Day, values: Sequence[float]) -> str:
    """A line from zero to the highest value."""
    seconds = [sample.second for sample in day.samples]
    last, highest = max([*seconds, 1]), max([*values, 1])
    points = " ".join(
        f"{WIDTH * second / last:.1f},{HEIGHT * (1 - value / highest):.1f}"
        for second, value in zip(seconds, values, strict=True)
    )
    told = f"{title}: up to {highest:,.0f}, in {last:.0f} seconds."
    return f"""\
<h2>{title}</h2>
<p>Up to {highest:,.0f}, in {last:.0f} seconds.</p>
<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{told}">
<polyline points="{points}" fill="none" stroke="currentColor" stroke-width="2"/></svg>"""

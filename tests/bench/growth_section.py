"""What of the page tells how the flows grow, and its plots."""

from collections.abc import Sequence

from tests.bench.growth import OF_ALL, WRITTEN, Grown, Growth
from tests.bench.plots import Panel, figure


def section(growing: Grown) -> str:
    """Ratios and units, with the plots beside the page."""
    return f"""\
## Growth

Own time over that at the smallest size, and read units. The machine had a load of {growing.load:.1f} when this began.

### With what an organization has had

![Read units and own time by past subscriptions](../images/growth-past.svg)

Subscriptions that are over, beside the one that is not.

{_growing(growing.past)}

### With how many organizations there are

![Read units and own time by organizations](../images/growth-organizations.svg)

A million rows are not written for this. Whoever asks about one organization names that one's keys: the run fails when
such a call reads anything of the others. The list of organizations reads an index, {_calls(growing)} queries for a page
of fifty; the others' rows are made up as it asks for them, in the order and in the pages that DynamoDB would give. With
{WRITTEN} the run has written them once, and fails unless both answers, their units and their calls are the same.

{_growing(growing.organizations)}
"""


def _growing(growing: Sequence[Growth]) -> str:
    sizes = dict.fromkeys(each.size for each in growing)
    head = f"| Flow | {' | '.join(f'{size:,}' for size in sizes)} |\n|---|{'---|' * len(sizes)}"
    rows = [_grown(name, growing) for name in dict.fromkeys(each.name for each in growing)]
    return "\n".join([head, *rows])


def _grown(name: str, growing: Sequence[Growth]) -> str:
    found = zip(_ratios(name, growing), [each.read for each in growing if each.name == name], strict=True)
    return f"| {name} | {' | '.join(f'{ratio:.1f} x, {read:.1f} units' for ratio, read in found)} |"


def _ratios(name: str, growing: Sequence[Growth]) -> list[float]:
    """Own times over that at the smallest size."""
    seconds = [each.seconds for each in growing if each.name == name]
    return [each / seconds[0] for each in seconds]


def _calls(growing: Grown) -> int:
    return max(each.calls for each in growing.organizations if each.name == OF_ALL)


def plot(growing: Sequence[Growth], of: str) -> str:
    """How one kind of growth looks, as SVG."""
    sizes = list(dict.fromkeys(each.size for each in growing))
    names = dict.fromkeys(each.name for each in growing)
    units = {name: [each.read for each in growing if each.name == name] for name in names}
    times = {name: _ratios(name, growing) for name in names}
    return figure([Panel("Read units", of, sizes, units), Panel("Own time, x", of, sizes, times)])

"""The reference of a deployment, made from `template.yaml`: what can be set, and what is watched."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.deployment.template import ROOT, resources, template
from tests.reference.events import DOCS

SETTINGS = """\
# Settings

The parameters of the deployment. Each stage has its own in `samconfig.toml`
([Deploy to AWS](../how-to/deploy.md)); what is required has no default. The
vendors' secrets are parameters of nothing: `make secrets` keeps them.

| Parameter | Default | |
|---|---|---|"""

LOCAL = """\

## The local stack

`.env`, or the environment, which wins. Everything is optional.

```sh
{example}
```

This page is made from `template.yaml` and `.env.example` by `make reference`.
"""

ALARMS = """\
# Metrics and alarms

Every alarm tells `AlarmsTopic` when it goes on and when it is over. One that pages also tells `PagesTopic`. Each name
leads to what to do: [When an alarm is on](../how-to/operate/alarms.md). The metrics are what the functions count in the
namespace `Billing`, with the stack's name as the dimension `service`; without one, the alarm watches a metric of AWS.

| Alarm | It is on when | Metric | |
|---|---|---|---|"""

MADE = """
This page is made from `template.yaml` by `make reference`.
"""


def settings_page() -> str:
    """Every parameter, and the example of `.env`."""
    example = (ROOT / ".env.example").read_text().strip()
    return "\n".join([SETTINGS, *map(_setting, template()["Parameters"].items()), LOCAL.format(example=example)])


def _setting(entry: tuple[str, Mapping[str, Any]]) -> str:
    name, parameter = entry
    values = parameter.get("AllowedValues", [])
    allowed = f" One of {', '.join(f'`{value}`' for value in values)}." if values else ""
    default = "empty" if parameter.get("Default") == "" else f"`{parameter.get('Default')}`"
    shown = default if "Default" in parameter else "required"
    return f"| `{name}` | {shown} | {_line(parameter['Description'])}{allowed} |"


def alarms_page() -> str:
    """Every alarm, and the metric of ours that it watches."""
    alarms = resources("AWS::CloudWatch::Alarm")
    return "\n".join([ALARMS, *(_alarm(name, alarm) for name, alarm in alarms.items()), MADE])


def _alarm(name: str, alarm: Mapping[str, Any]) -> str:
    told, _, _ = _line(alarm["AlarmDescription"]).partition(". ")
    metric = f"`{alarm['MetricName']}`" if alarm.get("Namespace") == "Billing" else ""
    return f"| [`{name}`](../how-to/operate/alarms.md#{name.lower()}) | {told}. | {metric} | {_urgency(name)} |"


def _urgency(name: str) -> str:
    rule = str(resources("AWS::CloudWatch::CompositeAlarm")["PageAlarm"]["AlarmRule"])
    return "pages" if re.search(rf"\b{name}\b", rule) else "informs"


def _line(text: str) -> str:
    return " ".join(text.split())


PAGES: Mapping[Path, Callable[[], str]] = {
    DOCS / "settings.md": settings_page,
    DOCS / "alarms.md": alarms_page,
}

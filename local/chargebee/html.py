"""The look of every page. Text goes through `text`, never straight into the markup."""

from datetime import UTC, datetime
from html import escape

_STYLE = """
:root { color-scheme: light dark; --ink: light-dark(#1c1b2e, #ecebf5); --soft: light-dark(#5f5d75, #aaa8bd);
  --line: light-dark(#e6e4ef, #34334a); --card: light-dark(#fff, #1b1a2b); --ground: light-dark(#f5f4fa, #11101c);
  --accent: light-dark(#bf3a14, #ff9a7d); --on-accent: light-dark(#fff, #2b0f06); --bad: light-dark(#b3261e, #ff9a8f) }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
header { background: #12123a; color: #fff; padding: .5rem 1rem; font-size: .85rem; text-align: center }
main { max-width: 34rem; margin: 2.5rem auto; padding: 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 14px; box-shadow: 0 10px 30px #12123a14 }
h1 { margin: 0 0 1rem; font-size: 1.4rem } h2 { margin: 2rem 0 .5rem; font-size: 1.05rem }
table { width: 100%; border-collapse: collapse } td { padding: .5rem 0; border-bottom: 1px solid var(--line) }
td:last-child { text-align: right; font-variant-numeric: tabular-nums }
.total td { border: 0; font-weight: 650 } .soft { color: var(--soft) } .error { color: var(--bad) }
form { margin: .75rem 0 } .row { display: flex; gap: .75rem; flex-wrap: wrap; align-items: end }
label { display: block; font-size: .85rem; color: var(--soft) }
input, select { width: 100%; padding: .55rem .7rem; border: 1px solid var(--soft); border-radius: 8px; font: inherit;
  background: var(--card); color: inherit; height: 2.6rem; margin-bottom: .75rem }
.row > label { flex: 1 }
button, .button { padding: .6rem 1.1rem; border: 0; border-radius: 8px; background: var(--accent);
  color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer; text-decoration: none;
  display: inline-block }
.quiet { background: transparent; color: var(--soft); border: 1px solid var(--line) }
.state { padding: .1rem .55rem; border-radius: 99px; background: var(--ground); font-size: .8rem }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
"""


def text(value: object) -> str:
    """The value as it may stand in markup and in quoted attributes."""
    return escape(str(value), quote=True)


def document(title: str, body: str) -> str:
    """A whole page around markup that is already safe."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,">'
        f"<title>{text(title)} · Chargebee simulator</title><style>{_STYLE}</style></head><body>"
        "<header>Chargebee simulator: no money moves here</header>"
        f"<main><h1>{text(title)}</h1>{body}</main></body></html>"
    )


def money(amount: int, currency: str) -> str:
    """Minor units of a two-decimal currency, for reading."""
    return f"{text(currency)} {amount / 100:,.2f}"


def date(moment: int) -> str:
    """UTC seconds as a calendar date."""
    return datetime.fromtimestamp(moment, UTC).strftime("%-d %B %Y")


def button_form(action: str, label: str, css: str = "", fields: str = "") -> str:
    """A form that posts; `fields` is safe markup."""
    return (
        f'<form method="post" action="{text(action)}">{fields}'
        f'<button class="{text(css)}" type="submit">{text(label)}</button></form>'
    )

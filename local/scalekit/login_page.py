"""The sign-in page: every organization, and who can sign in to it. No password, it is a simulator."""

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from string import Template

from scalekit.v1.organizations import organizations_pb2 as pb
from starlette.responses import HTMLResponse

from local.scalekit.members import Member

PAGE = Template((Path(__file__).parent / "login.html").read_text(encoding="utf-8"))
KEPT = ("client_id", "redirect_uri", "state", "nonce", "code_challenge")
EMPTY = """<p class="empty">No organization yet. Create one, then reload this page:</p>
<pre>curl -X POST {issuer}/_sim/organizations -d '{"display_name": "Acme"}'</pre>"""


def login_page(choices: Iterable[tuple[pb.Organization, list[Member]]], asked: Mapping[str, str], issuer: str) -> str:
    """`asked` is the authorization request; what the answer needs of it travels along in the form."""
    kept = "".join(_hidden(name, asked[name]) for name in KEPT if name in asked)
    cards = "".join(_card(organization, members, kept) for organization, members in choices)
    empty = EMPTY.replace("{issuer}", escape(issuer))
    cancel = f'<form method="post" action="/oauth/login">{kept}<button class="quiet">Cancel</button></form>'
    return _page("Sign in", "Choose an organization and a user.", (cards or empty) + cancel)


def message_page(title: str, message: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(_page(title, message, ""), status)


def _page(title: str, lead: str, content: str) -> str:
    return PAGE.substitute(title=escape(title), lead=escape(lead), content=content)


def _card(organization: pb.Organization, members: list[Member], kept: str) -> str:
    name, identifier = escape(organization.display_name), escape(organization.id)
    fields = kept + _hidden("organization", organization.id)
    users = "".join(_button(member) for member in members)
    return (
        f'<section aria-label="{name}"><h2>{name}</h2><code>{identifier}</code>'
        f'<form method="post" action="/oauth/login">{fields}{users}</form></section>'
    )


def _button(member: Member) -> str:
    roles = escape(", ".join(member.roles) or "no role")
    return (
        f'<button name="user" value="{escape(member.id)}">'
        f'<span class="initial" aria-hidden="true">{escape(member.email[:1].upper())}</span>'
        f"<span>{escape(member.email)}<small>{roles}</small></span></button>"
    )


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'

"""The portal's one page, as markup."""

from local.chargebee.cards import card_of
from local.chargebee.html import button_form, date, document, money, text
from local.chargebee.site import Site
from local.chargebee.store import Resource

_BASE = "/portal/v2"


def home_page(site: Site, session: Resource, error: str = "") -> str:
    customer = site.store.customers[session["customer_id"]]
    owned = [
        subscription
        for subscription in site.store.subscriptions.values()
        if subscription["customer_id"] == customer["id"] and not subscription["deleted"]
    ]
    problem = f'<p class="error" role="alert">{text(error)}</p>' if error else ""
    subscriptions = "".join(_subscription(site, subscription) for subscription in owned)
    name = customer.get("company") or customer.get("email") or customer["id"]
    return document(
        "Manage your subscription",
        f'{problem}<p class="soft">{text(name)}</p>{subscriptions or "<p>No subscriptions yet.</p>"}'
        f"{_card(site, customer)}{button_form(f'{_BASE}/leave', 'Back to the application', 'quiet')}",
    )


def _subscription(site: Site, subscription: Resource) -> str:
    rows = "".join(_item(site, subscription, item) for item in subscription["subscription_items"])
    state = text(subscription["status"].replace("_", " "))
    plan = site.catalog.item_prices[_plan_of(subscription)["item_price_id"]]
    return (
        f'<section id="{text(subscription["id"])}"><h2>{text(plan["name"])} '
        f'<span class="state">{state}</span></h2><table>{rows}</table>'
        f'<p class="soft">{_dates(subscription)} Reference {text(subscription["id"])}.</p>'
        f"{_actions(site, subscription)}</section>"
    )


def _plan_of(subscription: Resource) -> Resource:
    items: list[Resource] = subscription["subscription_items"]
    return next(item for item in items if item["item_type"] == "plan")


def _item(site: Site, subscription: Resource, item: Resource) -> str:
    name = site.catalog.item_prices[item["item_price_id"]]["name"]
    seats = f" &times; {item['quantity']}" if "quantity" in item else ""
    return f"<tr><td>{text(name)}{seats}</td><td>{money(item['amount'], subscription['currency_code'])}</td></tr>"


def _dates(subscription: Resource) -> str:
    facts = {
        "Trial until": subscription.get("trial_end") if subscription["status"] == "in_trial" else None,
        "Ends": subscription.get("cancelled_at"),
        "Next bill": subscription.get("next_billing_at"),
        "Paused since": subscription.get("pause_date"),
    }
    dated = [f"{label} {date(moment)}." for label, moment in facts.items() if moment]
    if subscription.get("total_dues"):
        dated.append(f"Unpaid: {money(subscription['total_dues'], subscription['currency_code'])}.")
    return " ".join(dated)


def _actions(site: Site, subscription: Resource) -> str:
    """The buttons that the subscription's state allows."""
    at, status = f"{_BASE}/subscriptions/{subscription['id']}", subscription["status"]
    live = status in ("active", "in_trial", "non_renewing")
    pending = live and "cancelled_at" in subscription
    forms = [
        _change_form(site, subscription, f"{at}/change") if live else "",
        button_form(f"{at}/cancel", "Cancel at term end", "quiet") if live and not pending else "",
        button_form(f"{at}/keep", "Keep my subscription") if pending else "",
        button_form(f"{at}/pause", "Pause", "quiet") if status in ("active", "non_renewing") else "",
        button_form(f"{at}/resume", "Resume") if status == "paused" else "",
    ]
    return "".join(forms)


def _change_form(site: Site, subscription: Resource, action: str) -> str:
    plan = _plan_of(subscription)
    options = "".join(
        f'<option value="{text(price["id"])}"{" selected" if price["id"] == plan["item_price_id"] else ""}>'
        f"{text(price['name'])}</option>"
        for price in site.catalog.item_prices.values()
        if price["item_type"] == "plan"
    )
    seats = text(plan.get("quantity", 1))
    fields = (
        f'<div class="row"><label>Plan<select name="plan">{options}</select></label>'
        f'<label>Seats<input name="seats" type="number" min="1" required value="{seats}"></label></div>'
    )
    return button_form(action, "Change", fields=fields)


def _card(site: Site, customer: Resource) -> str:
    card = card_of(site, customer)
    face = f"Visa ending in {text(card['last4'])}" if card else "No card on file"
    fields = (
        '<label>New card<select name="card"><option value="ok">4111 1111 1111 1111: pays</option>'
        '<option value="declined">4119 8627 6033 8320: is declined</option></select></label>'
    )
    return f"<h2>Card</h2><p>{face}</p>{button_form(f'{_BASE}/card', 'Update card', 'quiet', fields)}"

// The card that tells where the organization's subscription stands, and what can be done about it.

import { button, el } from "./dom.js";
import { date, money, plural } from "./format.js";

const LIVE = ["future", "in_trial", "active", "non_renewing", "paused"];
const BADGES = {
  future: ["Starts later", "calm"],
  in_trial: ["Free trial", "calm"],
  active: ["Active", "good"],
  non_renewing: ["Ending", "warn"],
  paused: ["Paused", "warn"],
};

/** The subscription that holds now, if there is one. */
export const liveOf = (subscriptions) => subscriptions.find((subscription) => LIVE.includes(subscription.status));

export const nameOf = ({ plan, itemPriceId }) => plan ?? itemPriceId;

/** `price` is the catalog's for display, `addons` the names of what was bought beside the plan, `free` the name of the
 * plan of whoever has no subscription, and `actions` are `restore`, `withdraw`, `cancel` and `portal`, for those who
 * may use them. */
export function subscriptionCard(subscription, { waiting, price, addons, free, actions }) {
  if (!subscription) return waiting ? waitingCard() : emptyCard(free, actions);
  const [label, tone] = subscription.pastDue ? ["Past due", "bad"] : BADGES[subscription.status];
  return el(
    "article.card.subscription",
    {},
    el("div.title", {}, el("h2", {}, nameOf(subscription)), el(`span.badge.${tone}`, {}, label)),
    el("p.lead", {}, [outlook(subscription), scheduled(subscription)].join(" ")),
    el("dl", {}, facts(subscription, price, addons)),
    actions && el("div.actions", {}, buttons(subscription, actions)),
  );
}

function waitingCard() {
  const spinner = el("span.spinner", { "aria-hidden": "true" });
  return el("article.card.empty", {}, spinner, el("p", {}, "Waiting for the payment to be confirmed…"));
}

function emptyCard(free, actions) {
  const standing = free ? `You are on ${free}, with no subscription.` : "Your organization has no subscription.";
  return el(
    "article.card.empty",
    {},
    el("p", {}, standing, actions && " Choose a plan below."),
    actions && button("Manage billing", "plain", actions.portal),
  );
}

function outlook({ status, pastDue, periodEnd, trialEnd, cancelAt, resumesAt, access }) {
  if (cancelAt) return `Cancelled: everything keeps working until ${date(cancelAt)}.`;
  if (pastDue && !access.allowed) return "What it grants is on hold until it is paid.";
  if (pastDue) return "Everything keeps working for now.";
  if (status === "in_trial") return `The trial ends on ${date(trialEnd)}.`;
  if (status === "paused") return resumesAt ? `Paused until ${date(resumesAt)}.` : "Paused.";
  if (status === "active" && periodEnd) return `Renews on ${date(periodEnd)}.`;
  return "";
}

/** Chargebee tells what a subscription becomes some seconds after it tells that it does. */
function scheduled({ scheduledChange: change }) {
  if (!change) return "";
  if (!change.items) return `A change is scheduled for ${date(change.at)}.`;
  return `On ${date(change.at)} it becomes ${nameOf(change)} with ${plural(change.seats ?? 1, "seat")}.`;
}

function facts(subscription, price, addons) {
  const { id, seats, coupons, periodStart, periodEnd } = subscription;
  const rows = [
    ["Seats", seats ?? "–"],
    price && ["Price", `${money(price)} per ${price.perSeat ? "seat and " : ""}${price.period}`],
    addons.length > 0 && ["Add-ons", addons.join(", ")],
    coupons.length > 0 && ["Coupons", coupons.map((coupon) => coupon.id).join(", ")],
    price && nextCharge(subscription, price, addons),
    periodStart && periodEnd && ["Period", `${date(periodStart)} – ${date(periodEnd)}`],
    ["Reference", el("code", {}, id)],
  ];
  return rows.filter(Boolean).map(([term, value]) => el("div", {}, el("dt", {}, term), el("dd", {}, value)));
}

/** By the list price of the plan: Chargebee's invoice has taxes, discounts and add-ons too. */
function nextCharge({ seats, status, coupons, cancelAt, nextBillingAt, scheduledChange }, price, addons) {
  if (!nextBillingAt || cancelAt || scheduledChange || status === "paused") return null;
  const amount = price.perSeat ? price.amount * (seats ?? 1) : price.amount;
  const many = price.perSeat && seats > 1 ? ` for ${plural(seats, "seat")}` : "";
  const more = (addons.length ? " and the add-ons" : "") + (coupons.length ? " less the coupon" : "");
  const what = `${money({ ...price, amount })}${many}${more}`;
  return ["Next charge", `${what} before tax, on ${date(nextBillingAt)}`];
}

function buttons({ status, cancelAt, scheduledChange }, actions) {
  const ending = status === "non_renewing" || cancelAt;
  return [
    button("Manage billing", "primary", actions.portal),
    scheduledChange && button("Withdraw the change", "plain", actions.withdraw),
    ending
      ? button("Keep the subscription", "plain", actions.restore)
      : button("Cancel subscription", "plain", actions.cancel),
  ];
}

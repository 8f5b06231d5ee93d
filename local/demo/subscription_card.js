// The cards that tell where the organization's subscriptions stand, and what can be done about each.

import { button, el } from "./dom.js";
import { date, money, plural } from "./format.js";
import { nameOf as inWords } from "./usage.js";

const LIVE = ["future", "in_trial", "active", "non_renewing", "paused"];
const BADGES = {
  future: ["Starts later", "calm"],
  in_trial: ["Free trial", "calm"],
  active: ["Active", "good"],
  non_renewing: ["Ending", "warn"],
  paused: ["Paused", "warn"],
};

/** The subscriptions that hold now: one of each line, and more only where they were not bought here. */
export const livesOf = (subscriptions) => subscriptions.filter(({ status }) => LIVE.includes(status));

export const nameOf = ({ plan, itemPriceId }) => plan ?? itemPriceId;

/** Of what was just paid for and is not confirmed, or of nothing at all. `free` is the name of the plan of whoever has
 * no subscription. */
export function noSubscription({ waiting, free, mayManage }) {
  if (waiting) return waitingCard();
  const standing = free ? `You are on ${free}, with no subscription.` : "Your organization has no subscription.";
  return el("article.card.empty", {}, el("p", {}, standing, mayManage && " Choose a plan below."));
}

/** `price` is the catalog's for display, `addons` the names of what was bought beside the plan, `line` the product that
 * it is of, and `actions` are `restore`, `withdraw` and `cancel`, for those who may use them. */
export function subscriptionCard(subscription, { price, addons, line, actions }) {
  const product = line && inWords(line);
  const [label, tone] = subscription.pastDue ? ["Past due", "bad"] : BADGES[subscription.status];
  return el(
    "article.card.subscription",
    {},
    el(
      "div.title",
      {},
      el("h2", {}, nameOf(subscription)),
      product && product !== nameOf(subscription) && el("span.soft", {}, product),
      el(`span.badge.${tone}`, {}, label),
    ),
    el("p.lead", {}, [outlook(subscription), scheduled(subscription)].join(" ")),
    el("dl", {}, facts(subscription, price, addons)),
    actions && el("div.actions", {}, buttons(subscription, actions)),
  );
}

function waitingCard() {
  const spinner = el("span.spinner", { "aria-hidden": "true" });
  return el("article.card.empty", {}, spinner, el("p", {}, "Waiting for the payment to be confirmed…"));
}

function outlook({ status, pastDue, periodEnd, trialEnd, cancelAt, resumesAt, access }) {
  const onHold = pastDue && !access.allowed;
  if (cancelAt && onHold) return `Cancelled: it ends on ${date(cancelAt)}, and is on hold until it is paid.`;
  if (cancelAt) return `Cancelled: everything keeps working until ${date(cancelAt)}.`;
  if (onHold) return "What it grants is on hold until it is paid.";
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
  const many = change.seats ? ` with ${plural(change.seats, "seat")}` : "";
  return `On ${date(change.at)} it becomes ${nameOf(change)}${many}.`;
}

function facts(subscription, price, addons) {
  const { id, seats, coupons, periodStart, periodEnd } = subscription;
  const rows = [
    (!price || price.perSeat) && ["Seats", seats ?? "–"],
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

function buttons(subscription, actions) {
  const { status, cancelAt, scheduledChange } = subscription;
  const ending = status === "non_renewing" || cancelAt;
  const named = (label, action) => {
    const made = button(label, "plain", action);
    made.ariaLabel = `${label}: ${nameOf(subscription)}`;
    return made;
  };
  return [
    scheduledChange && named("Withdraw the change", actions.withdraw),
    ending ? named("Keep the subscription", actions.restore) : named("Cancel subscription", actions.cancel),
  ];
}

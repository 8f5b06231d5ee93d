// The card that tells where the organization's subscription stands, and what can be done about it.

import { button, el } from "./dom.js";
import { date } from "./format.js";

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

/** `actions` are `restore`, `cancel` and `portal`, for those who may use them. */
export function subscriptionCard(subscription, { waiting, actions }) {
  if (!subscription) return waiting ? waitingCard() : emptyCard(actions);
  const [label, tone] = subscription.pastDue ? ["Past due", "bad"] : BADGES[subscription.status];
  return el(
    "article.card.subscription",
    {},
    el("div.title", {}, el("h2", {}, subscription.plan ?? subscription.itemPriceId), el(`span.badge.${tone}`, {}, label)),
    el("p.lead", {}, outlook(subscription)),
    el("dl", {}, facts(subscription)),
    actions && el("div.actions", {}, buttons(subscription, actions)),
  );
}

function waitingCard() {
  const spinner = el("span.spinner", { "aria-hidden": "true" });
  return el("article.card.empty", {}, spinner, el("p", {}, "Waiting for the payment to be confirmed…"));
}

function emptyCard(actions) {
  return el(
    "article.card.empty",
    {},
    el("p", {}, "Your organization has no subscription.", actions && " Choose a plan below."),
    actions && button("Manage billing", "plain", actions.portal),
  );
}

function outlook({ status, pastDue, periodEnd, trialEnd, cancelAt, resumesAt }) {
  if (pastDue) return "A payment failed. Update the payment method to keep the subscription.";
  if (cancelAt) return `Cancelled: everything keeps working until ${date(cancelAt)}.`;
  if (status === "in_trial") return `The trial ends on ${date(trialEnd)}.`;
  if (status === "paused") return resumesAt ? `Paused until ${date(resumesAt)}.` : "Paused.";
  if (status === "active" && periodEnd) return `Renews on ${date(periodEnd)}.`;
  return "";
}

function facts({ id, seats, periodStart, periodEnd }) {
  const rows = [
    ["Seats", seats ?? "–"],
    periodStart && periodEnd && ["Period", `${date(periodStart)} – ${date(periodEnd)}`],
    ["Reference", el("code", {}, id)],
  ];
  return rows.filter(Boolean).map(([term, value]) => el("div", {}, el("dt", {}, term), el("dd", {}, value)));
}

function buttons({ status, cancelAt }, actions) {
  const ending = status === "non_renewing" || cancelAt;
  return [
    button("Manage billing", "primary", actions.portal),
    ending
      ? button("Keep the subscription", "plain", actions.restore)
      : button("Cancel subscription", "plain", actions.cancel),
  ];
}

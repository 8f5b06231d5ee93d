// The card that tells where the organization's subscription stands, and what can be done about it.

import { el } from "./dom.js";
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

/** `actions` are `restore`, `cancel` and `portal`; `refusal` says why this user may not use them, or is null. */
export function subscriptionCard(subscription, { waiting, refusal, actions }) {
  if (!subscription) return waiting ? waitingCard() : emptyCard(refusal, actions);
  const [label, tone] = subscription.pastDue ? ["Past due", "bad"] : BADGES[subscription.status];
  return el(
    "article.card.subscription",
    {},
    el("div.title", {}, el("h2", {}, subscription.plan ?? subscription.itemPriceId), el(`span.badge.${tone}`, {}, label)),
    el("p.lead", {}, outlook(subscription)),
    el("dl", {}, facts(subscription)),
    el("div.actions", {}, buttons(subscription, refusal, actions)),
    refusal && el("p.refusal", {}, refusal),
  );
}

function waitingCard() {
  const spinner = el("span.spinner", { "aria-hidden": "true" });
  return el("article.card.empty", {}, spinner, el("p", {}, "Waiting for the payment to be confirmed…"));
}

function emptyCard(refusal, actions) {
  return el(
    "article.card.empty",
    {},
    el("p", {}, "Your organization has no subscription. Choose a plan below."),
    button("Manage billing", "plain", refusal, actions.portal),
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

function buttons({ status, cancelAt }, refusal, actions) {
  const ending = status === "non_renewing" || cancelAt;
  return [
    button("Manage billing", "primary", refusal, actions.portal),
    ending
      ? button("Keep the subscription", "plain", refusal, actions.restore)
      : button("Cancel subscription", "plain", refusal, actions.cancel),
  ];
}

/** A button that is disabled, and says why, when there is a refusal. */
export function button(label, tone, refusal, onclick) {
  return el(`button.${tone}`, { type: "button", disabled: Boolean(refusal), title: refusal, onclick }, label);
}


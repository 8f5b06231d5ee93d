// One plan that can be bought, and the form that buys it or moves the subscription to it.

import { el } from "./dom.js";
import { money, plural } from "./format.js";

/** `choose({itemPriceId, seats})` opens the checkout. `live` is the subscription that holds now, if any. */
export function planCard(plan, { live, refusal, choose }) {
  const current = live ? live.itemPriceId === plan.itemPriceId : Boolean(plan.default);
  const title = el("h3", {}, plan.name);
  return el(
    `article.card.plan${current ? ".current" : ""}`,
    { "aria-label": plan.name },
    el("div.title", {}, title, current && el("span.badge.good", {}, "Your plan")),
    plan.default ? el("p.price", {}, el("strong", {}, "Free"), "without a subscription") : priceLine(plan.price),
    el("ul", {}, Object.entries(plan.limits).map(([name, limit]) => el("li", {}, limitText(name, limit)))),
    !plan.default && form(plan, { live, current, refusal, choose }),
  );
}

function priceLine(price) {
  if (!price) return el("p.price", {}, "Price at checkout");
  const per = price.perSeat ? `per seat and ${price.period}` : `per ${price.period}`;
  return el("p.price", {}, el("strong", {}, money(price)), per);
}

function limitText(name, limit) {
  if (limit == null || limit === "unlimited") return `Unlimited ${name}`;
  return `Up to ${plural(limit, name.replace(/s$/, ""))}`;
}

function form(plan, { live, current, refusal, choose }) {
  const most = typeof plan.limits.seats === "number" ? plan.limits.seats : null;
  const seats = el("input", {
    type: "number",
    name: "seats",
    min: 1,
    max: most,
    value: Math.min(live?.seats ?? 1, most ?? Infinity),
    required: true,
    inputmode: "numeric",
    disabled: Boolean(refusal),
  });
  const submit = el("button", { disabled: Boolean(refusal), title: refusal }, actionText(plan, live, current));
  submit.className = live ? "plain" : "primary";
  const onsubmit = (event) => {
    event.preventDefault();
    choose({ itemPriceId: plan.itemPriceId, seats: seats.valueAsNumber }, submit);
  };
  return el("form", { onsubmit }, el("label", {}, "Seats", seats), submit, refusal && el("small.refusal", {}, refusal));
}

function actionText({ freeTrial }, live, current) {
  if (current) return "Change seats";
  if (live) return "Switch plan";
  return freeTrial ? `Start ${freeTrial.days}-day trial` : "Subscribe";
}

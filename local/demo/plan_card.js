// One plan that can be bought, and the form that buys it or moves the subscription to it.

import { submitted } from "./acting.js";
import { el } from "./dom.js";
import { count, money, plural } from "./format.js";
import { inSentence, nameOf } from "./usage.js";

/** `prices` are the plan's, and `plan` is the one to show. `choose({itemPriceId, seats}, plan)` opens the checkout, for
 * those who may. `live` is the subscription that holds in the plan's line, `free` is true where none holds in any, and
 * `trialUsed` once the one trial was had. */
export function planCard(prices, plan, { live, free, trialUsed, choose }) {
  const held = prices.some(({ itemPriceId }) => itemPriceId === live?.itemPriceId);
  const current = held || Boolean(plan.default && free);
  const name = prices[0].name;
  const trial = plan.freeTrial && !trialUsed && !live;
  const same = live?.itemPriceId === plan.itemPriceId;
  const label = labelOf(plan, { current, same, live, trial });
  return el(
    `article.card.plan${current ? ".current" : ""}`,
    { "aria-label": name },
    current && el("span.badge.good", {}, "Your plan"),
    el("h3", {}, name),
    plan.default ? el("p.price", {}, el("strong", {}, "Free"), "without a subscription") : priceLine(plan.price),
    el("ul", {}, [...grants(plan)].map((text) => el("li.tick", {}, text))),
    !plan.default && choose && (hasSeats(plan) || !same) && form(plan, { name, label, trial, live, choose }),
  );
}

function priceLine(price) {
  if (!price) return el("p.price", {}, "Price at checkout");
  const per = price.perSeat ? `per seat and ${price.period}` : `per ${price.period}`;
  return el("p.price", {}, el("strong", {}, money(price)), per);
}

function* grants({ limits, features }) {
  for (const [name, limit] of Object.entries(limits)) yield limitText(name, limit);
  for (const [name, feature] of Object.entries(features ?? {})) yield featureText(name, feature);
}

function featureText(name, feature) {
  if (feature === true) return nameOf(name);
  if (feature.limit === null) return `Unlimited ${inSentence(name)}`;
  return `${count(feature.limit)} ${inSentence(name)}${feature.reset === "never" ? "" : ` a ${feature.reset}`}`;
}

function limitText(name, limit) {
  if (limit == null || limit === "unlimited") return `Unlimited ${name}`;
  return `Up to ${plural(limit, name.replace(/s$/, ""))}`;
}

/** What costs the same for everybody together is not bought by the seat. */
const hasSeats = ({ price }) => !price || price.perSeat;

function form(plan, { name, label, trial, live, choose }) {
  const seats = hasSeats(plan) && seatsOf(plan, live);
  const wish = () => ({ itemPriceId: plan.itemPriceId, ...(seats && { seats: seats.valueAsNumber }) });
  const submit = el(`button.${trial ? "primary" : "plain"}`, {}, label);
  return el(
    "form",
    { onsubmit: submitted(() => choose(wish(), { name, price: plan.price })), "aria-label": `Choose ${name}` },
    seats && el("label", {}, "Seats", seats),
    submit,
  );
}

function seatsOf(plan, live) {
  const most = typeof plan.limits.seats === "number" ? plan.limits.seats : null;
  return el("input", {
    type: "number",
    name: "seats",
    min: 1,
    max: most,
    value: Math.min(live?.seats ?? 1, most ?? Infinity),
    required: true,
    inputmode: "numeric",
  });
}

function labelOf({ freeTrial, price }, { current, same, live, trial }) {
  if (same) return "Change seats";
  if (current && price) return `Pay by the ${price.period}`;
  if (live) return "Switch plan";
  return trial ? `Try ${plural(freeTrial.days, "day")}` : "Subscribe";
}

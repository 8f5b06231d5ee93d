// What can be chosen: plans, line by line and by the period that they are paid by, and the add-ons beside them.

import { showAddons } from "./addons.js";
import { change, purchase } from "./change.js";
import { byId, draw, el } from "./dom.js";
import { familiesOf, periodsOf, priceFor } from "./families.js";
import { plural } from "./format.js";
import { linesOf } from "./lines.js";
import { periodSwitch } from "./period_switch.js";
import { planCard } from "./plan_card.js";
import { nameOf } from "./subscription_card.js";
import { nameOf as inWords } from "./usage.js";

let chosen = null;
let newest = []; // a switch that was drawn before shows this, too

/** `lives` are the subscriptions that hold now, and `trialUsed` is true once the one trial was had. */
export function showChoices(catalog, { lives, trialUsed, mayManage }) {
  newest = [catalog, { lives, trialUsed, mayManage }];
  const families = familiesOf(catalog.plans);
  const periodOf = (live) => catalog.plans.find(({ itemPriceId }) => itemPriceId === live?.itemPriceId)?.price?.period;
  const period = chosen ?? periodOf(lives[0]) ?? periodsOf(families)[0];
  const choosePeriod = (other) => {
    chosen = other;
    showChoices(...newest);
  };
  draw("period", period, () => periodSwitch(families, period, choosePeriod));
  const lines = linesOf(catalog.plans, lives);
  const shown = { free: !lives.length, trialUsed, period, mayManage };
  draw("plans", { lives, ...shown }, () => lines.map((line) => plansOf(line, shown)));
  byId("coupon-field").hidden = !mayManage || !lines.some(({ line }) => !line);
  showAddons(catalog.addons, { lives, periodOf, mayManage });
}

/** The plans of one line; those of a line without a name stand under the heading of all. */
function plansOf({ line, plans, live }, { period, mayManage, ...organization }) {
  const choose = mayManage && ((wish, plan) => (live ? move(live, wish, plan, line) : subscribe(wish, plan, line)));
  const card = (prices) => planCard(prices, priceFor(prices, period), { live, ...organization, choose });
  const cards = el("div.plans", {}, familiesOf(plans).map(card));
  if (!line) return cards;
  const name = inWords(line);
  const coupon = el("input", { id: couponId(line), autocomplete: "off" });
  const head = el("div", {}, el("h3", {}, name), el("p.soft", {}, "Bought beside the other plans."));
  const field = mayManage && el("label.coupon", {}, `Coupon for ${name}`, coupon);
  return el("section", { "aria-label": `Plans of ${name}` }, el("div.plans-head", {}, head, field), cards);
}

const move = (live, wish, plan, line) => change(live, { ...wish, ...couponed(line) }, question(live, wish, plan));

function subscribe(wish, { name }, line) {
  const many = wish.seats ? ` with ${plural(wish.seats, "seat")}` : "";
  return purchase({ ...wish, ...couponed(line) }, `Subscribe to ${name}${many}?`);
}

function question(live, { itemPriceId, seats }, { name, price }) {
  const many = seats ? plural(seats, "seat") : "";
  const before = nameOf(live);
  if (itemPriceId === live.itemPriceId) return `Change ${name} to ${many}?`;
  const what = before === name ? `Pay for ${name} by the ${price.period}` : `Change ${before} to ${name}`;
  return `${what}${many && ` with ${many}`}?`;
}

const couponId = (line) => (line ? `coupon-${line}` : "coupon");

/** With the coupon that somebody has typed in. */
function couponed(line) {
  const coupon = byId(couponId(line)).value.trim();
  return coupon && { coupons: [coupon] };
}

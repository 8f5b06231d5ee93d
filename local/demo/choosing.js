// What can be chosen: plans, by the period that they are paid by, and the add-ons beside them.

import { showAddons } from "./addons.js";
import { api, back } from "./api.js";
import { change } from "./change.js";
import { byId, draw } from "./dom.js";
import { familiesOf, periodsOf, priceFor } from "./families.js";
import { plural } from "./format.js";
import { expect } from "./news.js";
import { periodSwitch } from "./period_switch.js";
import { planCard } from "./plan_card.js";

let chosen = null;

/** `live` is the subscription that holds now, and `trialUsed` is true once the one trial was had. */
export function showChoices(catalog, { live, trialUsed, mayManage }) {
  const families = familiesOf(catalog.plans);
  const paid = catalog.plans.find(({ itemPriceId }) => itemPriceId === live?.itemPriceId)?.price?.period;
  const period = chosen ?? paid ?? periodsOf(families)[0];
  const choosePeriod = (other) => {
    chosen = other;
    showChoices(catalog, { live, trialUsed, mayManage });
  };
  draw("period", period, () => periodSwitch(families, period, choosePeriod));
  const choose = mayManage && ((wish, name) => (live ? move(live, wish, name) : subscribe(wish)));
  const card = (prices) => planCard(prices, priceFor(prices, period), { live, trialUsed, choose });
  draw("plans", { live, trialUsed, period }, () => families.map(card));
  byId("coupon-field").hidden = !mayManage;
  showAddons(catalog.addons, { live, period: paid, mayManage });
}

function move(live, wish, name) {
  return change(live, { ...wish, ...couponed() }, `Change to ${name} with ${plural(wish.seats, "seat")}?`);
}

/** With the coupon that somebody has typed in. */
function couponed() {
  const coupon = byId("coupon").value.trim();
  return coupon && { coupons: [coupon] };
}

async function subscribe(wish) {
  const { url } = await api.subscriptions.create({ ...wish, ...couponed(), ...back("subscribed") });
  expect("subscribed", wish);
  location.assign(url);
}

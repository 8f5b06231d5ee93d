// What is bought beside a plan: added, changed, and taken off again.

import { act, submitted } from "./acting.js";
import { change } from "./change.js";
import { button, byId, draw, el } from "./dom.js";
import { count, money } from "./format.js";
import { segments } from "./segments.js";
import { nameOf as planOf } from "./subscription_card.js";
import { inSentence, nameOf } from "./usage.js";

let chosen = null;
let newest = []; // a switch that was drawn before shows this, too

/** Those that fit the period of the plan, and those that the subscription has. Of several `lives` one is looked at. */
export function showAddons(addons, { lives, periodOf, mayManage }) {
  newest = [addons, { lives, periodOf, mayManage }];
  const live = lives.find(({ id }) => id === chosen) ?? lives[0];
  const period = periodOf(live);
  const names = Object.fromEntries(lives.map((each) => [each.id, planOf(each)]));
  const choose = (id) => {
    chosen = id;
    showAddons(...newest);
  };
  const several = lives.length > 1;
  draw("addons-of", [names, live?.id], () => several && [
    el("span.soft", { "aria-hidden": "true" }, "With the subscription"),
    segments("With the subscription", "addons-of", names, live.id, choose),
  ]);
  const fits = (addon) => heldOf(live, addon) || !period || !addon.price || addon.price.period === period;
  const shown = addons.filter(fits);
  byId("addons-section").hidden = !shown.length;
  draw("addons", { shown, live, mayManage }, () => shown.map((addon) => row(addon, addons, live, mayManage)));
}

function heldOf(live, { itemPriceId }) {
  const item = live?.items.find((each) => each.itemPriceId === itemPriceId);
  return item ? (item.quantity ?? 1) : 0;
}

function row(addon, addons, live, mayManage) {
  const { name, price, maxQuantity } = addon;
  const held = heldOf(live, addon);
  const said = [price && `${money(price)} per ${price.period}`, ...grants(addon), !live && "With a subscription"];
  return el(
    "li",
    {},
    el("div", {}, el("strong", {}, name), el("small", {}, said.filter(Boolean).join(" · "))),
    held > 0 && el("span.badge.good", {}, maxQuantity > 1 ? `${held} bought` : "Bought"),
    live && mayManage && form(addon, held, planOf(live), asker(live, addons, addon)),
  );
}

function grants({ limits, features }) {
  const more = Object.entries(limits).map(([name, limit]) => `${count(limit)} more ${name}`);
  const brought = ([name, { limit }]) => {
    if (limit === undefined) return nameOf(name);
    return `${limit === null ? "Unlimited" : `${count(limit)} more`} ${inSentence(name)}`;
  };
  return [...more, ...Object.entries(features).map(brought)];
}

/** To have so many of the add-on. */
function asker(live, addons, addon) {
  return (quantity, question) => change(live, { addons: withQuantity(live, addons, addon, quantity) }, question);
}

function form({ name, maxQuantity }, held, plan, ask) {
  const onsubmit = submitted(({ quantity }) => {
    const wanted = quantity?.valueAsNumber ?? 1;
    return ask(wanted, held ? `Have ${wanted} of ${name} with ${plan}?` : `Add ${name} to ${plan}?`);
  });
  const several = maxQuantity > 1;
  const bounds = { type: "number", name: "quantity", min: 1, max: maxQuantity, inputmode: "numeric", required: true };
  const label = held ? "Change" : "Add";
  const submit = (!held || several) && el("button.small", { "aria-label": `${label} ${name}` }, label);
  const remove = held > 0 && button("Remove", "small", act(() => ask(0, `Remove ${name} from ${plan}?`)));
  if (remove) remove.ariaLabel = `Remove ${name}`;
  return el(
    "form.inline.actions",
    { onsubmit, "aria-label": `Add-on ${name}` },
    several && el("label", {}, "Quantity", el("input", { ...bounds, value: held || 1 })),
    submit,
    remove,
  );
}

/** All that the subscription shall have: what is not named comes off, but for what is billed by its use. */
function withQuantity(live, addons, { itemPriceId }, quantity) {
  const sold = new Set(addons.map((addon) => addon.itemPriceId));
  const named = (item) => item.itemType === "addon" && (item.quantity || sold.has(item.itemPriceId));
  const others = live.items.filter((item) => named(item) && item.itemPriceId !== itemPriceId);
  const kept = others.map((item) => ({ itemPriceId: item.itemPriceId, quantity: item.quantity ?? 1 }));
  return quantity ? [...kept, { itemPriceId, quantity }] : kept;
}

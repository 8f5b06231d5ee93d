// What a back office gives beside the plans, and the alerts that it sets, with a machine's token; and coupons, which
// are made at Chargebee.

import { createBilling, newKey } from "organization-billing-client";
import { act, confirm, submitted } from "./acting.js";
import { button, byId, el } from "./dom.js";
import { count, date } from "./format.js";
import { ask } from "./local.js";
import { nameOf } from "./usage.js";

const BY = "the operator's page";
const DAY = 86_400;
const state = { api: null, names: null, organizationId: null, thresholds: {}, grantId: null };

/** Only the simulator mints a machine's token for whoever asks. `organizations` are those to choose from. */
export async function offerGiving(organizations) {
  const names = JSON.stringify(organizations.map(({ id, name }) => [id, name]));
  if (state.names === names) return;
  state.api ??= await asMachine();
  if (!state.api || !organizations.length) return;
  const options = organizations.map(({ id, name }) => el("option", { value: id }, name || id));
  byId("whom").replaceChildren(...options);
  const chosen = organizations.find(({ id }) => id === state.organizationId) ?? organizations[0];
  byId("whom").value = chosen.id;
  byId("whom").onchange = act(() => show(byId("whom").value));
  byId("give").onsubmit = submitted(give);
  byId("alert").onsubmit = submitted(setAlert);
  byId("coupon").onsubmit = submitted(makeCoupon);
  await show(chosen.id);
  byId("giving").hidden = false;
  state.names = names;
}

async function asMachine() {
  const { scalekitSimulator } = await (await fetch("/demo/config.json")).json();
  if (!scalekitSimulator) return null;
  const body = JSON.stringify({ scopes: ["billing:admin"] });
  const headers = { "Content-Type": "application/json" };
  const ask = async () => (await fetch(`${scalekitSimulator}/_sim/token`, { method: "POST", headers, body })).json();
  let token = (await ask()).access_token;
  return createBilling({ token: () => token, refresh: async () => (token = (await ask()).access_token) });
}

async function show(organizationId) {
  state.organizationId = organizationId;
  const { metering } = state.api;
  const [{ grants }, { thresholds }, { entitlements }] = await Promise.all([
    metering.listGrants(organizationId),
    metering.alerts(organizationId),
    metering.entitlements({ organizationId }),
  ]);
  if (state.organizationId !== organizationId) return;
  state.thresholds = thresholds;
  byId("features").replaceChildren(...Object.keys(entitlements).map((name) => el("option", { value: name })));
  byId("grants").replaceChildren(...(grants.length ? grants.map(grantRow) : [el("li.soft", {}, "Nothing was given.")]));
  byId("thresholds").replaceChildren(...Object.entries(thresholds).map(thresholdRow));
}

function grantRow({ id, feature, units, limit, endsAt, by, reason }) {
  const { organizationId } = state;
  const what = units ? `${count(units)} more ${nameOf(feature)}, once` : `${limit ?? ""} ${nameOf(feature)}`;
  const away = act(async () => {
    await state.api.metering.deleteGrant(organizationId, id, { by: BY, reason: "taken away on this page" });
    await show(organizationId);
  });
  const takeAway = button("Take away", "small", away);
  takeAway.ariaLabel = `Take away ${what}`;
  const why = `${reason}, by ${by}${endsAt ? `, until ${date(endsAt)}` : ""}`;
  return el("li", {}, el("div", {}, el("strong", {}, what), el("small", {}, why)), el("div.actions", {}, takeAway));
}

const thresholdRow = ([feature, percents]) =>
  el("li.soft", {}, `${nameOf(feature)}: ${percents.map((percent) => `${percent}%`).join(", ") || "never"}`);

/** Without a number of units the feature is on. Until an answer comes it is one grant, however often it is asked for. */
async function give({ feature, units, days, reason }) {
  const { api, organizationId } = state;
  const more = units.value ? { units: units.valueAsNumber } : {};
  const end = days.value ? { endsAt: (await ask("GET", "clock")).now + days.valueAsNumber * DAY } : {};
  const grant = { feature: feature.value, by: BY, reason: reason.value, ...more, ...end };
  state.grantId ??= newKey();
  await api.metering.saveGrant(organizationId, state.grantId, grant);
  state.grantId = null;
  await show(organizationId);
}

async function setAlert({ feature, percents }) {
  const { api, organizationId, thresholds } = state;
  const chosen = percents.value.split(/[ ,]+/).filter(Boolean).map(Number);
  await api.metering.saveAlerts(organizationId, { thresholds: { ...thresholds, [feature.value]: chosen } });
  await show(organizationId);
}

async function makeCoupon({ coupon, percent }) {
  const { done } = await ask("POST", "coupons", { id: coupon.value, percent: percent.value });
  confirm(byId("coupon"), done);
}

// How much of each counted feature was used on each of the last days.

import { api } from "./api.js";
import { barChart, lastDays } from "./charts.js";
import { draw, el } from "./dom.js";
import { count } from "./format.js";
import { nameOf } from "./usage.js";

const SHOWN = 30;

let seen = null;

/** Read when the usage has changed. */
export async function showUsageHistory(entitlements) {
  const now = JSON.stringify(Object.values(entitlements).map(({ balance }) => balance?.usage));
  if (seen === now) return;
  const dates = lastDays(SHOWN);
  const { features } = await api.metering.usageHistory({ from: dates[0], to: dates.at(-1) });
  seen = now;
  draw("usage-history", features, () => features.map(({ feature, days }) => history(feature, days, dates)));
}

function history(feature, days, dates) {
  const used = new Map(days.map(({ date, quantity }) => [date, Number(quantity)]));
  const all = days.reduce((sum, { quantity }) => sum + Number(quantity), 0);
  const label = `${nameOf(feature)} on each of the last ${SHOWN} days: ${count(all)} in all`;
  const bars = dates.map((date) => {
    const value = used.get(date) ?? 0;
    return { parts: [{ value, tone: "used" }], title: `${date}: ${count(value)}` };
  });
  return el("figure", {}, barChart(label, bars), el("figcaption.soft", {}, label));
}

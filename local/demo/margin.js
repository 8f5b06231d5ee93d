// What metered features brought in and what they cost, for each organization, on each of the last days.

import { barChart, lastDays } from "./charts.js";
import { el } from "./dom.js";
import { exact } from "./format.js";

const SHOWN = 30;

/** Currencies are never added up: each has a picture of its own. */
export function marginCharts(organizations) {
  const charts = organizations.flatMap(({ id, name, days }) =>
    currenciesOf(days).map((currency) => marginChart(name || id, currency, days)),
  );
  return charts.length ? charts : el("p.soft", {}, "No use had a price or a cost yet.");
}

const currenciesOf = (days) => [...new Set(days.flatMap(({ revenue, cost }) => Object.keys({ ...revenue, ...cost })))];

function marginChart(name, currency, days) {
  const dates = lastDays(SHOWN);
  const sum = (which, date) =>
    days.filter((day) => !date || day.date === date).reduce((all, day) => all + (day[which][currency] ?? 0), 0);
  const money = (micros) => exact({ micros, currency });
  const [revenue, cost] = [sum("revenue"), sum("cost")];
  const label = `${name}: ${money(revenue)} of revenue less ${money(cost)} of cost is ${money(revenue - cost)}`;
  const bars = dates.map((date) => {
    const [earned, spent] = [sum("revenue", date), sum("cost", date)];
    const parts = [{ value: earned, tone: "revenue" }, { value: spent, tone: "cost" }];
    return { parts, title: `${date}: ${money(earned)} less ${money(spent)}` };
  });
  return el("figure", {}, barChart(label, bars), el("figcaption.soft", {}, label));
}

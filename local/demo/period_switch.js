// Month or year: the switch above the plans, for those that can be paid by either.

import { el } from "./dom.js";
import { periodName, periodsOf, yearSaves } from "./families.js";
import { segments } from "./segments.js";

/** Null where no plan leaves a choice. */
export function periodSwitch(families, chosen, choose) {
  const periods = periodsOf(families);
  if (periods.length < 2) return null;
  const saved = yearSaves(families);
  const choices = Object.fromEntries(periods.map((period) => [period, periodName(period)]));
  return [
    segments("Billing period", "period", choices, chosen, choose),
    saved && el("span.soft", {}, `A year costs up to ${saved}% less.`),
  ];
}

// Month or year: the switch above the plans, for those that can be paid by either.

import { el } from "./dom.js";
import { periodName, periodsOf, yearSaves } from "./families.js";

/** Null where no plan leaves a choice. */
export function periodSwitch(families, chosen, choose) {
  const periods = periodsOf(families);
  if (periods.length < 2) return null;
  const saved = yearSaves(families);
  const choice = (period) => {
    const radio = { type: "radio", name: "period", value: period, checked: period === chosen };
    return el("label", {}, el("input", { ...radio, onchange: () => choose(period) }), periodName(period));
  };
  return [
    el("fieldset.segments", {}, el("legend", {}, "Billing period"), periods.map(choice)),
    saved && el("span.soft", {}, `A year costs up to ${saved}% less.`),
  ];
}

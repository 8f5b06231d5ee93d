// A field for money, in whole units of its currency.

import { el } from "./dom.js";
import { major, step } from "./format.js";

// The API takes no more minor units at once.
const MOST = 1_000_000_000;

/** Required, unless `required` says otherwise; `least` is the smallest amount, and a null `value` is an empty field. */
export function amountInput(label, { name, currency, value, least = step(currency), required = true }) {
  const bounds = { min: least, max: major(MOST, currency), step: step(currency) };
  const number = { type: "number", inputmode: "decimal", required, ...bounds };
  return el("label", {}, label, el("input", { ...number, name, value }));
}

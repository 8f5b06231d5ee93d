// What a wallet's money is made of, in the order in which it is spent.

import { el } from "./dom.js";
import { date, exact } from "./format.js";

const KINDS = { promotional: "given", paid: "paid for" };

/** Null where there is nothing to tell apart. */
export function lotList({ lots, currency }) {
  if (lots.length < 2 && !lots[0]?.expiresAt) return null;
  const all = lots.reduce((sum, { remainingMicros }) => sum + remainingMicros, 0);
  const part = ({ kind, remainingMicros }) => el(`span.${kind}`, { style: `width: ${(remainingMicros / all) * 100}%` });
  return el(
    "figure",
    {},
    el("div.bar.lots", { "aria-hidden": "true" }, lots.map(part)),
    el("figcaption.soft", {}, "Spent in this order:"),
    el("ol.soft", {}, lots.map((lot) => el("li", {}, said(lot, currency)))),
  );
}

function said({ kind, remainingMicros, expiresAt }, currency) {
  const end = expiresAt ? `, until ${date(expiresAt)}` : "";
  return `${exact({ micros: remainingMicros, currency })} ${KINDS[kind]}${end}`;
}

// The most that use beyond the plan may cost in a month: the organization's own, and whoever pays for it.

import { confirm, submitted } from "./acting.js";
import { amountInput } from "./amount_input.js";
import { api } from "./api.js";
import { byId, draw, el } from "./dom.js";
import { major, minor, money } from "./format.js";

/** `cap` is as the wallet's page has it, or undefined; `saved` reads it again. Who may not set it only sees it. */
export function showSpendingCap(cap, currency, mayManage, saved) {
  draw("cap", cap, () => cap && capText(cap));
  byId("spending-cap").hidden = !mayManage;
  const amount = cap?.amount ?? null;
  draw("spending-cap-form", { amount, currency }, () => capForm(amount, currency, saved));
}

function capText({ amount, spentThisMonth, held, currency }) {
  const said = (minorUnits) => money({ amount: minorUnits, currency });
  if (amount === null) return el("p.soft", {}, "Use beyond the plan may cost any amount.");
  const reserved = held > 0 && `, and ${said(held)} is reserved`;
  const spent = `${said(spentThisMonth)} of ${said(amount)} was spent on use beyond the plan this month`;
  return el(spentThisMonth + held >= amount ? "p.bad" : "p.soft", {}, spent, reserved, ".");
}

function capForm(amount, currency, saved) {
  const onsubmit = submitted(async ({ cap }) => {
    await api.metering.spendingCap({ currency, amount: cap.value ? minor(cap.valueAsNumber, currency) : null });
    await saved();
    confirm(byId("spending-cap-form").firstChild, "Saved.");
  });
  const value = amount === null ? null : major(amount, currency);
  return el(
    "form",
    { onsubmit, "aria-label": "Spending cap" },
    amountInput(`At most a month (${currency})`, { name: "cap", currency, value, least: 0, required: false }),
    el("p.soft", {}, "Leave it empty for no cap."),
    el("button.plain", {}, "Set the cap"),
  );
}

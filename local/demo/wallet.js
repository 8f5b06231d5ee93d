// Prepaid money: what there is, the last lines of the ledger, and how it is filled up.

import { submitted } from "./acting.js";
import * as api from "./api.js";
import { byId, draw, el } from "./dom.js";
import { date, exact, major, minor, money, step } from "./format.js";

const LINES = 5;
const KINDS = {
  top_up: "Top-up",
  auto_top_up: "Automatic top-up",
  usage: "Usage",
  adjustment: "Adjustment",
  refund: "Refund",
};
// In whole units of the currency.
const USUAL = { topUp: 50, threshold: 10, amount: 50, monthlyCap: 200 };

let read = { seen: null, page: null };

/** The wallet's currency; before there is one, what the organization pays in. */
export const currencyOf = ({ wallets, subscriptions }, plans) =>
  [...wallets, ...subscriptions, ...plans.map(({ price }) => price ?? {})].find(({ currency }) => currency)?.currency;

/** The balance and the rule came with the billing; the ledger is read when one of them has changed. */
export async function showWallet({ wallets, autoTopUp }, currency, mayManage) {
  byId("wallet-section").hidden = !currency;
  if (!currency) return;
  const balances = wallets.length ? wallets : [{ currency, balanceMicros: 0, heldMicros: 0 }];
  draw("balance", balances, () => balances.map(balanceOf));
  const seen = JSON.stringify([wallets, autoTopUp]);
  if (read.seen !== seen) read = { seen, page: await api.wallet(currency) };
  render(currency, mayManage);
}

async function reread(currency, mayManage) {
  read.page = await api.wallet(currency);
  render(currency, mayManage);
}

const ruleOf = (currency) => read.page?.autoTopUp.find((rule) => rule.currency === currency);

function render(currency, mayManage) {
  const { ledger = [] } = read.page;
  const rule = ruleOf(currency);
  draw("ledger", ledger.slice(0, LINES), () => ledger.slice(0, LINES).map(lineOf));
  byId("ledger-section").hidden = !ledger.length;
  draw("rule", rule, () => ruleText(rule));
  byId("top-up").hidden = byId("auto-top-up").hidden = !mayManage;
  draw("top-up", currency, () => topUpForm(currency));
  const { threshold, amount, monthlyCap, enabled } = rule ?? {};
  const wish = { currency, threshold, amount, monthlyCap, enabled };
  draw("auto-top-up-form", wish, () => ruleForm(wish, () => reread(currency, mayManage)));
}

function balanceOf({ currency, balanceMicros, heldMicros }) {
  const held = heldMicros > 0 && el("span", {}, `${exact({ micros: heldMicros, currency })} more is reserved`);
  return el("p.balance", {}, el("strong", {}, exact({ micros: balanceMicros, currency })), held);
}

function lineOf({ kind, reason, at, amountMicros, balanceAfterMicros, currency }) {
  const amount = exact({ micros: amountMicros, currency, signed: true });
  return el(
    "tr",
    {},
    el("td", {}, reason || (KINDS[kind] ?? kind), el("small", {}, date(at))),
    el(`td.amount${amountMicros > 0 ? ".good" : ""}`, {}, amount),
    el("td.amount", {}, exact({ micros: balanceAfterMicros, currency })),
  );
}

function ruleText(rule) {
  if (!rule) return null;
  const said = (amount) => money({ amount, currency: rule.currency });
  if (!rule.enabled) return rule.failures > 0 && el("p.bad", {}, "Automatic top-up turned itself off: it kept failing.");
  const spent = `${said(rule.spentThisMonth)} of ${said(rule.monthlyCap)} this month.`;
  return el(
    "p.soft",
    {},
    `Topped up by ${said(rule.amount)} whenever ${said(rule.threshold)} or less is left. ${spent}`,
    rule.pending && " One is under way.",
    rule.failures > 0 && " The last one failed.",
  );
}

function topUpForm(currency) {
  const onsubmit = submitted(async ({ amount }) => {
    const { url } = await api.topUp({ amount: minor(amount.valueAsNumber, currency), currency });
    location.assign(url);
  });
  return el(
    "form.inline",
    { onsubmit },
    amountInput(`Amount in ${currency}`, "amount", currency, USUAL.topUp),
    el("button.primary", {}, "Top up"),
  );
}

function ruleForm({ currency, enabled, ...amounts }, saved) {
  const onsubmit = submitted(async (fields) => {
    const amount = (name) => minor(fields[name].valueAsNumber, currency);
    const wish = { threshold: amount("threshold"), amount: amount("amount"), monthlyCap: amount("monthlyCap") };
    await api.autoTopUp({ currency, ...wish, enabled: fields.enabled.checked });
    await saved();
  });
  const valueOf = (name) => (amounts[name] === undefined ? USUAL[name] : major(amounts[name], currency));
  const field = (label, name, least) => amountInput(label, name, currency, valueOf(name), least);
  return el(
    "form",
    { onsubmit },
    el("label.switch", {}, el("input", { type: "checkbox", role: "switch", name: "enabled", checked: enabled }), "On"),
    field(`When the balance is at most (${currency})`, "threshold", 0),
    field(`Add (${currency})`, "amount"),
    field(`But no more in a month than (${currency})`, "monthlyCap"),
    el("button.plain", {}, "Save"),
  );
}

function amountInput(label, name, currency, value, least = step(currency)) {
  const number = { type: "number", inputmode: "decimal", min: least, step: step(currency), required: true };
  return el("label", {}, label, el("input", { ...number, name, value }));
}

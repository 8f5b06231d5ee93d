// Prepaid money: what there is, the last lines of the ledger, how it is filled up, and what it may be spent on.

import { confirm, submitted } from "./acting.js";
import { amountInput } from "./amount_input.js";
import { api, back } from "./api.js";
import { stepChart } from "./charts.js";
import { byId, draw, el } from "./dom.js";
import { date, exact, major, minor, money, plural } from "./format.js";
import { lotList } from "./lots.js";
import { expect, moneyIn } from "./news.js";
import { showSpendingCap } from "./spending_cap.js";

const LINES = 5;
const KINDS = {
  top_up: "Top-up",
  auto_top_up: "Automatic top-up",
  usage: "Usage",
  adjustment: "Adjustment",
  refund: "Refund",
  expired: "Expired",
};
// In whole units of the currency.
const USUAL = { topUp: 50, threshold: 10, amount: 50, monthlyCap: 200 };

let read = { seen: null, wallets: [], page: null };

/** The wallet's currency; before there is one, what the organization pays in. */
export const currencyOf = ({ wallets, subscriptions }, plans) =>
  [...wallets, ...subscriptions, ...plans.map(({ price }) => price ?? {})].find(({ currency }) => currency)?.currency;

/** The balance and the rule came with the billing; the ledger and the cap are read when one of them, or what was used,
 * has changed. The cap is the answer. */
export async function showWallet({ wallets, autoTopUp, entitlements }, currency, mayManage) {
  byId("wallet-section").hidden = !currency;
  if (!currency) return null;
  const balances = wallets.length ? wallets : [{ currency, balanceMicros: 0, heldMicros: 0, lots: [] }];
  draw("balance", balances, () => balances.map((wallet) => [balanceOf(wallet), lotList(wallet)]));
  const seen = JSON.stringify([wallets, autoTopUp, entitlements]);
  if (read.seen !== seen) read = { seen, wallets, page: await api.metering.wallet({ currency }) };
  render(currency, mayManage);
  return capOf(currency);
}

async function reread(currency, mayManage) {
  read.page = await api.metering.wallet({ currency });
  render(currency, mayManage);
}

const capOf = (currency) => read.page.spendingCaps.find((cap) => cap.currency === currency);
const ruleOf = (currency) => read.page?.autoTopUp.find((rule) => rule.currency === currency);

function render(currency, mayManage) {
  const { ledger = [] } = read.page;
  const rule = ruleOf(currency);
  draw("ledger", ledger.slice(0, LINES), () => ledger.slice(0, LINES).map(lineOf));
  byId("ledger-section").hidden = !ledger.length;
  draw("balance-history", ledger, () => ledger.length > 1 && balanceHistory(ledger));
  draw("rule", rule, () => ruleText(rule));
  byId("top-up").hidden = byId("auto-top-up").hidden = !mayManage;
  draw("top-up", currency, () => topUpForm(currency));
  const { threshold, amount, monthlyCap, enabled } = rule ?? {};
  const wish = { currency, threshold, amount, monthlyCap, enabled };
  const again = () => reread(currency, mayManage);
  draw("auto-top-up-form", wish, () => ruleForm(wish, again));
  showSpendingCap(capOf(currency), currency, mayManage, again);
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

/** Of the lines that were read, the newest page of the ledger. */
function balanceHistory(ledger) {
  const oldest = ledger.at(-1);
  const label = `The balance after each of ${plural(ledger.length, "change")} since ${date(oldest.at)}`;
  const values = ledger.map(({ balanceAfterMicros }) => balanceAfterMicros).reverse();
  return el("figure", {}, stepChart(label, values), el("figcaption.soft", {}, label));
}

function ruleText(rule) {
  if (!rule) return null;
  const said = (amount) => money({ amount, currency: rule.currency });
  if (!rule.enabled && rule.failures > 0) return el("p.bad", {}, "Auto top-up turned itself off: it kept failing.");
  if (!rule.enabled) return el("p.soft", {}, "Auto top-up is off.");
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
    const wish = { amount: minor(amount.valueAsNumber, currency), currency };
    const { url } = await api.payments.topUp({ ...wish, ...back("toppedUp") });
    expect("toppedUp", { currency, before: moneyIn(read.wallets, currency) });
    location.assign(url);
  });
  return el(
    "form.inline",
    { onsubmit, "aria-label": "Top up" },
    amountInput(`Amount in ${currency}`, { name: "amount", currency, value: USUAL.topUp }),
    el("button.primary", {}, "Top up"),
  );
}

function ruleForm({ currency, enabled, ...amounts }, saved) {
  const save = submitted(async (fields) => {
    const minorOf = (name) => minor(fields[name].valueAsNumber, currency);
    const wish = { threshold: minorOf("threshold"), amount: minorOf("amount"), monthlyCap: minorOf("monthlyCap") };
    await api.payments.autoTopUp({ currency, ...wish, enabled: fields.enabled.checked });
    await saved();
    confirm(byId("auto-top-up-form").firstChild, "Saved.");
  });
  const valueOf = (name) => (amounts[name] === undefined ? USUAL[name] : major(amounts[name], currency));
  const field = (label, name, least) => amountInput(label, { name, currency, value: valueOf(name), least });
  const enough = ({ currentTarget: { elements } }) => {
    const less = elements.monthlyCap.valueAsNumber < elements.amount.valueAsNumber;
    elements.monthlyCap.setCustomValidity(less ? "The monthly limit must be at least what one top-up adds." : "");
  };
  const toggle = el("input", { type: "checkbox", role: "switch", name: "enabled", checked: enabled });
  return el(
    "form",
    { onsubmit: save, oninput: enough, "aria-label": "Auto top-up" },
    el("label.switch", {}, toggle, "Auto top-up"),
    field(`When the balance is at most (${currency})`, "threshold", 0),
    field(`Add (${currency})`, "amount"),
    field(`Monthly limit (${currency})`, "monthlyCap"),
    el("button.plain", {}, "Save"),
  );
}

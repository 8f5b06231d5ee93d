// What was billed, and what is going to be. Read from Chargebee, hence only when the page opens or something changed.

import { act } from "./acting.js";
import { api } from "./api.js";
import { button, byId, draw, el } from "./dom.js";
import { date, money } from "./format.js";
import { explained } from "./problems.js";

const SHOWN = 5;
// The API shows for 20 seconds what it has read.
const KEPT = 21_000;
const STATES = {
  paid: ["Paid", "good"],
  payment_due: ["Due", "bad"],
  not_paid: ["Not paid", "bad"],
  posted: ["Open", "calm"],
  pending: ["In preparation", "calm"],
  voided: ["Voided", "calm"],
};

let seen = null;

/** Only for those who may see invoices. `changed` is what makes another read worthwhile. */
export async function showInvoices(changed) {
  const now = JSON.stringify(changed);
  if (seen === now) return;
  seen = now;
  byId("invoices-section").hidden = false;
  await read();
  setTimeout(read, KEPT);
}

async function read() {
  try {
    const { invoices, upcoming } = await api.payments.listInvoices();
    draw("invoices", { invoices, upcoming }, () => [upcoming.map(nextOf), list(invoices.slice(0, SHOWN))]);
  } catch (error) {
    const { text } = explained(error);
    draw("invoices", text, () => [el("p.soft", {}, text), button("Try again", "plain", act(read))]);
  }
}

function nextOf({ currency, total, tax, credits, amountDue }) {
  const said = (amount) => money({ amount, currency });
  const taxed = tax > 0 && `, ${said(tax)} of it tax`;
  const credited = credits > 0 && `, of which credits pay ${said(total - amountDue)}`;
  return el("p", {}, "The next invoice will be ", el("strong", {}, said(total)), taxed, credited, ".");
}

function list(invoices) {
  if (!invoices.length) return el("p.soft", {}, "There are no invoices yet.");
  return el("ul.rows", {}, invoices.map(row));
}

function row({ id, status, date: issued, currency, total, amountDue }) {
  const [label, tone] = STATES[status] ?? [status, "calm"];
  const open = button("PDF", "small", act(async () => location.assign((await api.payments.printInvoice(id)).url)));
  open.ariaLabel = `PDF of invoice ${id}`;
  const said = (amount) => money({ amount, currency });
  const due = amountDue > 0 && amountDue < total && el("small", {}, `${said(amountDue)} is open`);
  return el(
    "li",
    {},
    el("div", {}, el("strong", {}, said(total)), due, el("small", {}, issued && date(issued))),
    el(`span.badge.${tone}`, {}, label),
    el("div.actions", {}, open),
  );
}

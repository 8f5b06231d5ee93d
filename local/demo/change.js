// A purchase or a change: what it costs now and from then on, and the hosted page on which it is confirmed.

import { confirmed } from "./acting.js";
import { api, back } from "./api.js";
import { byId, el } from "./dom.js";
import { date, money } from "./format.js";
import { expect } from "./news.js";
import { explained } from "./problems.js";
import { segments } from "./segments.js";

const [NOW, TERM_END] = ["now", "term_end"];

let asked = 0; // of the newest question: there is one dialog

/** `wish` is what the API's update takes, `question` the title. */
export async function change({ id: subscriptionId, nextBillingAt, cancelAt }, wish, question) {
  const wanted = { subscriptionId, ...wish };
  const at = await agreed(wanted, question, cancelAt ? null : nextBillingAt);
  if (!at) return;
  const { url } = await api.subscriptions.update({ ...wanted, at, ...back("changed") });
  expect("changed", { ...wanted, at });
  location.assign(url);
}

/** `wish` is what the API's create takes. */
export async function purchase(wish, question) {
  if (!(await agreed(wish, question, null))) return;
  const { url } = await api.subscriptions.create({ ...wish, ...back("subscribed") });
  expect("subscribed", wish);
  location.assign(url);
}

/** When it shall be, of who agrees to what it costs; null of who goes back, or has asked for something else meanwhile.
 * `later` is another time to choose. Without costs nothing is asked: the caller's button says what is wrong. */
async function agreed(wanted, question, later) {
  const turn = ++asked;
  const cost = await api.subscriptions.preview(wanted);
  if (turn !== asked) return null;
  let at = NOW;
  const choose = async (chosen) => {
    at = chosen;
    byId("change-cost").replaceChildren("Estimating…");
    const shown = await costOf({ ...wanted, at });
    if (turn === asked && at === chosen) byId("change-cost").replaceChildren(shown);
  };
  byId("change-title").textContent = question;
  byId("change-when").replaceChildren(...whenOf(later, choose));
  byId("change-cost").replaceChildren(costs(cost));
  return (await confirmed("change-dialog")) ? at : null;
}

/** Now, or when the term or the trial is over. */
function whenOf(later, choose) {
  if (!later) return [];
  const times = { [NOW]: "Now", [TERM_END]: `On ${date(later)}` };
  return [segments("When", "at", times, NOW, choose)];
}

async function costOf(wish) {
  try {
    return costs(await api.subscriptions.preview(wish));
  } catch (error) {
    const { text, next } = explained(error);
    return el("p.bad", {}, text, next && ` ${next}`);
  }
}

function costs({ dueNow, credits, unbilled, nextInvoice, nextBillingAt }) {
  const later = unbilled.reduce((sum, { amount }) => sum + amount, 0);
  const { currency } = nextInvoice ?? dueNow ?? credits[0] ?? {};
  return el(
    "dl.costs",
    {},
    row("Now", dueNow ? money({ currency, amount: dueNow.amountDue }) : "Nothing", dueNow),
    credits.map(({ total, lines }) => row("Credited", money({ currency, amount: total }), { lines })),
    later !== 0 && row("Billed later", money({ currency, amount: later }), { lines: unbilled }),
    nextInvoice && row(`On ${date(nextBillingAt)}`, money({ currency, amount: nextInvoice.total }), nextInvoice),
  );
}

function row(when, amount, invoice) {
  const { currency, lines = [], discounts = [] } = invoice ?? {};
  const lineOf = ({ description, quantity }) => (quantity > 1 ? `${description} for ${quantity}` : description);
  const discountOf = (discount) => `${money({ ...discount, currency })} off by ${discount.description}`;
  const said = [...lines.map(lineOf), ...discounts.map(discountOf)];
  return el("div", {}, el("dt", {}, when), el("dd", {}, el("strong", {}, amount), el("small", {}, said.join(", "))));
}

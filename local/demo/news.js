// What the browser waits for after a hosted page: what is said until it has come, and then.

import { hush, say } from "./dom.js";
import { date, plural } from "./format.js";
import { nameOf } from "./subscription_card.js";

const EXPECTED = "expected";
const WAIT_AT_MOST = 60_000;
const NEWS = {
  subscribed: {
    until: ({ lives }, { itemPriceId } = {}) => lives.find((live) => !itemPriceId || live.itemPriceId === itemPriceId),
    then: (live) => `You are on ${nameOf(live)}. Thank you!`,
  },
  changed: {
    now: "Your change is on its way. This page follows as soon as it is confirmed.",
    until: ({ lives }, wish) => lives.find((live) => live.id === wish.subscriptionId && isAsWished(live, wish)),
    then: (live, wish) => `Done: ${madeOf(live, wish)}`,
  },
  toppedUp: {
    now: "Thank you. The money is in the wallet as soon as the payment is confirmed.",
    until: ({ wallets }, { currency, before }) => moneyIn(wallets, currency) > before,
    then: () => "Thank you. The money is in the wallet.",
  },
  paid: {
    until: ({ dues }) => !dues,
    then: () => "Thank you. Everything is paid.",
  },
};

/** In micros, with what is reserved: use takes of it, and only what is paid in adds to it. */
export function moneyIn(wallets, currency) {
  const wallet = wallets.find((each) => each.currency === currency);
  return wallet ? wallet.balanceMicros + wallet.heldMicros : 0;
}

const isAsWished = (live, wish) => (wish.at === "term_end" ? live.scheduledChange : isMade(live, wish));

/** A wish keeps what it does not name. */
function isMade(live, { itemPriceId = live.itemPriceId, seats = live.seats, addons, coupons = [] }) {
  const bought = live.items.filter(({ itemType, quantity }) => itemType === "addon" && quantity);
  const quantities = Object.fromEntries(bought.map((item) => [item.itemPriceId, item.quantity]));
  const has = (wanted) => quantities[wanted.itemPriceId] === wanted.quantity;
  const same = !addons || (addons.length === bought.length && addons.every(has));
  const redeemed = coupons.every((id) => live.coupons.some((coupon) => coupon.id === id));
  return live.itemPriceId === itemPriceId && live.seats === seats && same && redeemed;
}

function madeOf(live, { at, addons }) {
  if (at === "term_end") return `the change is made on ${date(live.scheduledChange.at)}.`;
  if (addons) return "your add-ons are as you want them.";
  return `you are on ${nameOf(live)}${live.seats ? ` with ${plural(live.seats, "seat")}` : ""}.`;
}

let waiting = null;

/** Before the browser leaves: the news to wait for when it is back, and what they are compared with. */
export const expect = (news, about = {}) => sessionStorage.setItem(EXPECTED, JSON.stringify({ news, about }));

/** What the address says that the browser has come back from. What is paid on a page of an invoice does not say it. */
export function cameBack(query) {
  if (query.has("cancelled")) say("note", "You left the checkout. Nothing was changed, and nothing was charged.");
  const { news, about } = JSON.parse(sessionStorage.getItem(EXPECTED)) ?? { news: "subscribed" };
  if (!query.has(news) && news !== "paid") return;
  waiting = { ...NEWS[news], news, about, end: Date.now() + WAIT_AT_MOST };
  if (waiting.now) say("news", waiting.now);
}

export const isAwaited = (news) => waiting?.news === news;

/** With each read of the billing: what has come is told, and what does not come is waited for no longer. */
export function follow(billing) {
  const come = waiting?.until(billing, waiting.about);
  if (!come && !(Date.now() > waiting?.end)) return;
  hush("news");
  if (come) say("good", waiting.then(come, waiting.about));
  waiting = null;
  sessionStorage.removeItem(EXPECTED);
}

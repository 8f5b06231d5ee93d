// What has to be done so that billing goes on, with the page to do it on.

import { el } from "./dom.js";
import { date, money, plural } from "./format.js";
import { expect } from "./news.js";

const BANNERS = {
  pay: ({ amountDue, currency, dueSince }) => ({
    tone: "bad",
    title: amountDue ? `${money({ amount: amountDue, currency })} could not be collected` : "A payment failed",
    text: dueSince ? `It has been due since ${date(dueSince)}.` : "An invoice is due.",
    label: amountDue ? `Pay ${money({ amount: amountDue, currency })}` : "Pay now",
  }),
  update_card: ({ trialEnd }) => (trialEnd ? missing(trialEnd) : DECLINED),
  top_up: ({ amountDue, currency }) => ({
    tone: "bad",
    title: `The wallet lacks ${money({ amount: amountDue, currency })}`,
    text: "A payment was taken back. Top the wallet up to go on.",
  }),
  finish_checkout: ({ itemPriceId, seats }, planName) => ({
    tone: "calm",
    title: "Your checkout is not finished",
    text: `Finish it to get ${planName(itemPriceId)} with ${plural(seats, "seat")}.`,
    label: "Finish checkout",
  }),
};

const DECLINED = {
  tone: "warn",
  title: "The payment method was declined",
  text: "The next payment needs one that works.",
  label: "Update payment method",
};

const missing = (trialEnd) => ({
  tone: "warn",
  title: "A payment method is missing",
  text: `Without one, the plan ends with the trial on ${date(trialEnd)}.`,
  label: "Add a payment method",
});

/** A member reads what has to be done. An admin gets the page too, unless Chargebee is away: then `url` is null. */
export function requiredAction(action, mayManage, planName) {
  const { tone, title, text, label } = BANNERS[action.type](action, planName);
  const onclick = () => action.type === "pay" && expect("paid");
  const away = mayManage && label && !action.url && "The page for it cannot be opened right now.";
  return el(
    `article.required.${tone}`,
    {},
    el("div", {}, el("h2", {}, title), el("p", {}, text, away && ` ${away}`)),
    action.url && el("a.button.primary", { href: action.url, onclick }, label),
  );
}

// What the billing page tells of a subscription, and of what the browser waits for. The page is a few lines here.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import "./modules.mjs";

class Element {
  children = [];
  classList = { add() {} };
  setAttribute() {}
  addEventListener() {}
  querySelector() {}
  append(...children) {
    this.children.push(...children);
  }
  get textContent() {
    return this.children.map((child) => child.textContent ?? child).join("");
  }
}

let messages, stored;
globalThis.document = { createElement: () => new Element(), getElementById: () => messages };
globalThis.sessionStorage = {
  getItem: (name) => stored[name] ?? null,
  setItem: (name, value) => (stored[name] = value),
  removeItem: (name) => delete stored[name],
};
beforeEach(() => ([messages, stored] = [new Element(), {}]));

const { cameBack, expect, follow, moneyIn } = await import("../../../local/demo/news.js");
const { subscriptionCard } = await import("../../../local/demo/subscription_card.js");

const { explained } = await import("../../../local/demo/problems.js");

const FIRST_OF_JANUARY = 1_798_761_600;
const LIVE = { id: "sub_1", plan: "Growth", itemPriceId: "growth", seats: 3, coupons: [], items: [], pastDue: false };
const card = (fields) => subscriptionCard({ ...LIVE, ...fields }, { addons: [] }).textContent;

test("a cancelled subscription that is on hold is not said to go on working", () => {
  const ending = { status: "non_renewing", cancelAt: FIRST_OF_JANUARY, access: { allowed: true } };
  assert.match(card(ending), /everything keeps working until Jan 1, 2027/);
  assert.match(card({ ...ending, pastDue: true }), /everything keeps working until Jan 1, 2027/);
  const held = card({ ...ending, pastDue: true, access: { allowed: false } });
  assert.match(held, /ends on Jan 1, 2027, and is on hold until it is paid/);
  assert.doesNotMatch(held, /keeps working/);
});

test("use and what is reserved meanwhile are not taken for the top-up that is waited for", () => {
  const wallet = (balanceMicros, heldMicros) => [{ currency: "USD", balanceMicros, heldMicros }];
  const billing = (wallets) => ({ lives: [], wallets, dues: false });
  expect("toppedUp", { currency: "USD", before: moneyIn(wallet(5_000_000, 0), "USD") });
  cameBack(new URLSearchParams("toppedUp=1"));
  for (const meanwhile of [wallet(3_000_000, 2_000_000), wallet(4_000_000, 0)]) follow(billing(meanwhile));
  assert.doesNotMatch(messages.textContent, /The money is in the wallet\./);
  follow(billing(wallet(54_000_000, 0)));
  assert.match(messages.textContent, /The money is in the wallet\./);
});

test("what is not accepted is named in the words of the API", () => {
  const refused = { code: "invalid_request", message: "percents must be whole numbers.", requestId: "r-1" };
  const { text, next, detail } = explained(refused);
  assert.deepEqual([text, next, detail], ["percents must be whole numbers.", "Check it, then try again.", "Reference r-1"]);
});

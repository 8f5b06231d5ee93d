// What the operator's page gives, when something is away meanwhile. The page and the stack are a few lines here.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import "./modules.mjs";

const elements = {};
const element = () => ({
  classList: { add() {} },
  append() {},
  replaceChildren() {},
  addEventListener() {},
  setAttribute() {},
  remove() {},
  closest: () => undefined,
  querySelector: () => undefined,
  hidden: true,
});
globalThis.document = {
  getElementById: (id) => (elements[id] ??= element()),
  createElement: element,
  querySelectorAll: () => [],
};
globalThis.sessionStorage = { getItem: () => null };

const NOW = 1_798_761_600;
const granted = [];
const down = {};

globalThis.fetch = async (url, { method, body } = {}) => {
  if (url.endsWith("config.json")) return Response.json({ scalekitSimulator: "http://scalekit" });
  if (url.endsWith("/_sim/token")) {
    if (down.scalekit) throw new TypeError("fetch failed");
    return Response.json({ access_token: "a-token" });
  }
  if (url.includes("/_local/clock")) return Response.json({ now: NOW, ahead: 86_400 });
  if (method === "PUT") granted.push({ id: url.split("/").at(-1), ...JSON.parse(body) });
  if (method === "PUT" && down.answers) throw new TypeError("fetch failed");
  return Response.json({ grants: [], thresholds: {}, entitlements: {} });
};

const { offerGiving } = await import("../../../local/demo/giving.js");
const organizations = [{ id: "org_1", name: "Acme" }];
const field = (value, valueAsNumber) => ({ value, valueAsNumber });

async function give(days = field("")) {
  const form = { feature: field("api-calls"), units: field("500", 500), days, reason: field("Launch week") };
  const currentTarget = { elements: form, addEventListener() {} };
  elements.give.onsubmit({ preventDefault() {}, currentTarget, submitter: element() });
  await new Promise(setImmediate);
}

beforeEach(() => Object.assign(down, { scalekit: false, answers: false }));

test("what was away when the page opened is offered at the next look", async () => {
  down.scalekit = true;
  await assert.rejects(offerGiving(organizations));
  down.scalekit = false;
  await offerGiving(organizations);
  assert.equal(elements.giving.hidden, false);
});

test("a gift whose answer was lost is given once, however often the button is pressed", async () => {
  await offerGiving(organizations);
  down.answers = true;
  await give();
  down.answers = false;
  await give();
  await give();
  const [lost, again, another] = granted.map(({ id }) => id);
  assert.equal(lost, again);
  assert.notEqual(again, another);
});

test("days are counted from the stack's today, which may be ahead of the machine's", async () => {
  await give(field("30", 30));
  assert.equal(granted.at(-1).endsAt, NOW + 30 * 86_400);
});

test("where the organization that was chosen is gone, another one is", async () => {
  await offerGiving([{ id: "org_2", name: "Globex" }]);
  assert.equal(elements.whom.value, "org_2");
});

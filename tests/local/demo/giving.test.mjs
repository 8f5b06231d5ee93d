// What the operator's page gives, when something is away meanwhile. The page and the stack are a few lines here.

import assert from "node:assert/strict";
import { register } from "node:module";
import { beforeEach, test } from "node:test";

const client = new URL("../../../clients/js/src/index.js", import.meta.url);
const loader = `export const resolve = (name, context, next) =>
  name === "organization-billing-client" ? { url: "${client}", shortCircuit: true } : next(name, context);
export const load = (url, context, next) =>
  next(url, /local.demo|clients.js/.test(url) ? { ...context, format: "module" } : context);`;
register(`data:text/javascript,${encodeURIComponent(loader)}`);

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

const granted = [];
const down = {};

globalThis.fetch = async (url, { method } = {}) => {
  if (url.endsWith("config.json")) return Response.json({ scalekitSimulator: "http://scalekit" });
  if (url.endsWith("/_sim/token")) {
    if (down.scalekit) throw new TypeError("fetch failed");
    return Response.json({ access_token: "a-token" });
  }
  if (method === "PUT") granted.push(url.split("/").at(-1));
  if (method === "PUT" && down.answers) throw new TypeError("fetch failed");
  return Response.json({ grants: [], thresholds: {}, entitlements: {} });
};

const { offerGiving } = await import("../../../local/demo/giving.js");
const organizations = [{ id: "org_1", name: "Acme" }];
const field = (value, valueAsNumber) => ({ value, valueAsNumber });

async function give() {
  const form = { feature: field("api-calls"), units: field("500", 500), days: field(""), reason: field("Launch week") };
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
  const [lost, again, another] = granted;
  assert.equal(lost, again);
  assert.notEqual(again, another);
});

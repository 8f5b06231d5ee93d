// What the client sends, how often, with which token, and what it rejects with.

import assert from "node:assert/strict";
import { test } from "node:test";
import { BillingError, createBilling, machine, newKey } from "../src/index.js";
import { down, no, ok, scripted } from "./api.mjs";

const API = "https://api.example.com";

function client(script, options = {}) {
  const api = scripted(...script);
  const pauses = [];
  const sleep = async (seconds) => void pauses.push(seconds);
  const billing = createBilling({ url: API, token: "a-token", fetch: api.fetch, sleep, ...options });
  return { ...api, billing, pauses };
}

const bearers = (requests) => requests.map((each) => each.headers.authorization);

test("a method asks for its path and query with the token", async () => {
  const { billing, requests } = client([ok({ allowed: true })]);
  const view = await billing.metering.entitlement("api-calls", { required: 5, organizationId: undefined });
  assert.deepEqual(view, { allowed: true });
  assert.equal(requests[0].url, `${API}/api/entitlements/api-calls?required=5`);
  assert.deepEqual(bearers(requests), ["Bearer a-token"]);
  assert.equal(requests[0].credentials, "omit");
});

test("without a token the cookie goes with it, and a write says that it is JSON", async () => {
  const { billing, requests } = client([ok()], { token: undefined });
  await billing.subscriptions.withdrawCheckout();
  const { credentials, headers, body } = requests[0];
  assert.deepEqual([credentials, headers, body], ["include", { "content-type": "application/json" }, undefined]);
});

test("a name is one part of a path whatever is in it", async () => {
  const { billing, requests } = client([ok()]);
  await billing.metering.use("org/1", "a?b");
  assert.equal(requests[0].url, `${API}/api/organizations/org%2F1/usage/a%3Fb`);
});

for (const name of ["", ".", "..", undefined]) {
  test(`the name ${JSON.stringify(name)} would lead to another path and is not sent`, async () => {
    const { billing, requests } = client([ok()]);
    await assert.rejects(billing.organizations.delete(name), /names nothing/);
    assert.deepEqual(requests, []);
  });
}

test("what passes is asked again after what the API says", async () => {
  for (const status of [429, 502, 503, 504]) {
    const { billing, pauses } = client([no(status, "", { "retry-after": "7" }), ok()]);
    await billing.plans.list();
    assert.deepEqual(pauses, [7]);
  }
});

test("without a word of when the pauses grow, each with some chance in it", async () => {
  const { billing, pauses } = client([down(), no(429), no(502), ok()]);
  await billing.plans.list();
  assert.equal(pauses.length, 3);
  pauses.forEach((seconds, turn) => assert.ok(seconds >= 2 ** turn / 2 && seconds <= 2 ** turn));
});

test("a pause longer than the patience is the caller's", async () => {
  const { billing, requests, pauses } = client([no(429, "rate_limited", { "retry-after": "60" })]);
  await assert.rejects(billing.plans.list(), { status: 429, code: "rate_limited", retryAfter: 60 });
  assert.deepEqual([requests.length, pauses], [1, []]);
});

test("the attempts end", async () => {
  const busy = client([no(503, "throttled")]);
  await assert.rejects(busy.billing.plans.list(), { status: 503, code: "throttled" });
  assert.equal(busy.requests.length, 4);
  const away = client([down()], { attempts: 2 });
  await assert.rejects(away.billing.plans.list(), { status: 0, code: "unreachable" });
  assert.equal(away.requests.length, 2);
});

test("what the API decided is not asked again, and is told by its code", async () => {
  const { billing, requests } = client([no(402, "exhausted")]);
  const error = await billing.plans.list().catch((failure) => failure);
  assert.ok(error instanceof BillingError);
  assert.ok(error.is("plan_required", "exhausted"));
  assert.ok(!error.is("plan_required"));
  assert.deepEqual([error.status, error.message, error.requestId, requests.length], [402, "No.", "req_1", 1]);
});

test("a refusal that is no JSON is told all the same", async () => {
  const { billing } = client([() => new Response("<html>", { status: 418, statusText: "I'm a teapot" })]);
  await assert.rejects(billing.plans.list(), { status: 418, code: "", message: "I'm a teapot" });
});

test("calls that meet a 401 share one refresh, and each is sent once more", async () => {
  let token = "old";
  let refreshed = 0;
  const answer = (_, { headers }) => (headers.authorization === "Bearer new" ? ok() : no(401, "unauthenticated"))();
  const refresh = async () => {
    await null;
    refreshed += 1;
    token = "new";
  };
  const { billing, requests } = client([answer], { token: () => token, refresh });
  await Promise.all([billing.plans.list(), billing.runtime.session()]);
  assert.equal(refreshed, 1);
  assert.deepEqual(bearers(requests), ["Bearer old", "Bearer old", "Bearer new", "Bearer new"]);
});

test("a 401 that comes when another call has refreshed meanwhile refreshes no more", async () => {
  let token = "old";
  let refreshed = 0;
  let late;
  const refresh = () => ((token = "new"), (refreshed += 1));
  const old = [no(401), () => new Promise((resolve) => (late = () => resolve(no(401)())))];
  const answer = (_, { headers }) => (headers.authorization === "Bearer new" ? ok() : old.pop())();
  const { billing, requests } = client([answer], { token: () => token, refresh });
  const waiting = billing.plans.list();
  await billing.runtime.session();
  late();
  await waiting;
  assert.equal(refreshed, 1);
  assert.deepEqual(bearers(requests), ["Bearer old", "Bearer old", "Bearer new", "Bearer new"]);
});

test("an answer that breaks off, or comes from something else, is none", async () => {
  const broken = new ReadableStream({ start: (stream) => stream.error(new TypeError("terminated")) });
  for (const answer of [() => new Response(broken), () => new Response("<!doctype html>")]) {
    const error = await client([answer]).billing.plans.list().catch((failure) => failure);
    assert.ok(error instanceof BillingError, `${error}`);
    assert.deepEqual([error.status, error.code], [0, "unreachable"]);
  }
});

test("a slash at the end of an address changes nothing", async () => {
  const scalekit = scripted(() => Response.json({ access_token: "a-token" }));
  const who = { environmentUrl: "https://s.example/", clientId: "m2morg_1", clientSecret: "a secret" };
  const { billing, requests } = client([ok()], { url: `${API}/`, ...machine({ ...who, fetch: scalekit.fetch }) });
  await billing.plans.list();
  assert.deepEqual([requests[0].url, scalekit.requests[0].url], [`${API}/api/plans`, "https://s.example/oauth/token"]);
});

test("a Scalekit that is busy is asked again for the token, when it says", async () => {
  const scalekit = scripted(no(429, "", { "retry-after": "7" }), () => Response.json({ access_token: "a-token" }));
  const who = { environmentUrl: "https://s.example", clientId: "m2morg_1", clientSecret: "a secret" };
  const { billing, pauses } = client([ok()], machine({ ...who, fetch: scalekit.fetch }));
  await billing.plans.list();
  assert.deepEqual(pauses, [7]);
});

test("an answer of Scalekit's that breaks off, or comes from something else, is asked for again", async () => {
  const scalekit = scripted(() => new Response("<!doctype html>"), () => Response.json({ access_token: "a-token" }));
  const who = { environmentUrl: "https://s.example", clientId: "m2morg_1", clientSecret: "a secret" };
  const { billing, requests } = client([ok()], machine({ ...who, fetch: scalekit.fetch }));
  await billing.plans.list();
  assert.deepEqual(bearers(requests), ["Bearer a-token"]);
  const elsewhere = machine({ ...who, fetch: async () => new Response("<!doctype html>") });
  const error = await client([ok()], elsewhere).billing.plans.list().catch((failure) => failure);
  assert.ok(error instanceof BillingError, `${error}`);
  assert.deepEqual([error.status, error.code], [0, "unreachable"]);
});

test("a key can be made on a page that is not on https, too", (context) => {
  Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
  context.after(() => delete crypto.randomUUID);
  assert.match(newKey(), /^[0-9a-f]{32}$/);
  assert.notEqual(newKey(), newKey());
});

test("a refresh that does not help is not tried for ever, and one that fails is told", async () => {
  const { billing, requests } = client([no(401, "unauthenticated")], { refresh: () => {} });
  await assert.rejects(billing.plans.list(), { status: 401 });
  assert.equal(requests.length, 2);
  const failing = client([no(401)], { refresh: () => Promise.reject(new Error("signed out")) });
  await assert.rejects(failing.billing.plans.list(), /signed out/);
  const without = client([no(401)]);
  await assert.rejects(without.billing.plans.list(), { status: 401 });
  assert.equal(without.requests.length, 1);
});

test("all attempts of a purchase have one key, which is the caller's where there is one", async () => {
  const { billing, requests } = client([down(), ok()]);
  await billing.payments.topUp({ amount: 100, currency: "USD" });
  const [first, second] = requests.map((each) => JSON.parse(each.body));
  assert.ok(first.key);
  assert.deepEqual(first, second);
  const own = client([ok()]);
  await own.billing.payments.topUp({ amount: 100, currency: "USD", key: "order-7" });
  assert.equal(JSON.parse(own.requests[0].body).key, "order-7");
  assert.notEqual(newKey(), newKey());
});

test("a signal ends a request, and a pause between two", async () => {
  const stopped = AbortSignal.abort(new Error("gone"));
  const { billing, requests } = client([ok()]);
  await assert.rejects(billing.plans.list({}, { signal: stopped }), /gone/);
  assert.equal(requests.length, 1);

  for (const soon of [queueMicrotask, setImmediate]) {
    const aborting = new AbortController();
    const busy = () => (soon(() => aborting.abort(new Error("left the page"))), no(503, "", { "retry-after": "9" })());
    const pausing = client([busy], { sleep: undefined });
    await assert.rejects(pausing.billing.plans.list({}, { signal: aborting.signal }), /left the page/);
    assert.equal(pausing.requests.length, 1);
  }
});

test("a call that no method is for is sent as it is", async () => {
  const { billing, requests } = client([ok({ done: true })]);
  assert.deepEqual(await billing.send({ method: "POST", path: "/api/something-new", body: { id: "a" } }), { done: true });
  assert.deepEqual([requests[0].url, requests[0].body], [`${API}/api/something-new`, '{"id":"a"}']);
});

test("one machine token serves until shortly before its end, and calls wait for it together", async () => {
  let now = 0;
  let tokens = 0;
  const scalekit = scripted(() => Response.json({ access_token: `token-${++tokens}`, expires_in: 3600 }));
  const credentials = { environmentUrl: "https://s.example", clientId: "m2morg_1", clientSecret: "a secret" };
  const { billing, requests } = client([ok()], machine({ ...credentials, fetch: scalekit.fetch, now: () => now }));
  await Promise.all([billing.plans.list(), billing.plans.list()]);
  for (const seconds of [3539, 3541]) {
    now = seconds * 1000;
    await billing.plans.list();
  }
  assert.deepEqual(bearers(requests), ["token-1", "token-1", "token-1", "token-2"].map((each) => `Bearer ${each}`));
  assert.equal(`${scalekit.requests[0].body}`, "grant_type=client_credentials&client_id=m2morg_1&client_secret=a+secret");
});

test("a machine token of which nobody says how long it lives serves one call", async () => {
  let tokens = 0;
  const scalekit = scripted(() => Response.json({ access_token: `token-${++tokens}` }));
  const credentials = { environmentUrl: "https://s.example", clientId: "m2morg_1", clientSecret: "a secret" };
  const { billing, requests } = client([ok()], machine({ ...credentials, fetch: scalekit.fetch, now: () => 0 }));
  await billing.plans.list();
  await billing.plans.list();
  assert.deepEqual(bearers(requests), ["Bearer token-1", "Bearer token-2"]);
});

test("a machine token that is turned down is replaced once, and a refused secret is told", async () => {
  let tokens = 0;
  const scalekit = scripted(() => Response.json({ access_token: `token-${++tokens}`, expires_in: 3600 }));
  const credentials = { environmentUrl: "https://s.example", clientId: "m2morg_1", clientSecret: "a secret" };
  const { billing, requests } = client([no(401), ok()], machine({ ...credentials, fetch: scalekit.fetch }));
  await billing.plans.list();
  assert.deepEqual(bearers(requests), ["Bearer token-1", "Bearer token-2"]);
  const refusing = scripted(no(401));
  const wrong = client([ok()], machine({ ...credentials, fetch: refusing.fetch }));
  await assert.rejects(wrong.billing.plans.list(), { status: 401 });
  assert.deepEqual(wrong.requests, []);
});

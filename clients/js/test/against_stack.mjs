// The client against a running API: STACK_API, STACK_SCALEKIT, STACK_TOKEN (an admin's) and STACK_ORGANIZATION say where.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createBilling, machine, newKey } from "../src/index.js";

const { STACK_API: url, STACK_SCALEKIT: environmentUrl, STACK_TOKEN: token, STACK_ORGANIZATION: organizationId } = process.env;
const backend = { environmentUrl, clientId: "m2morg_local_backend", clientSecret: "test_secret" };

test("a backend gates, records and is refused by code", async () => {
  const billing = createBilling({ url, ...machine(backend) });
  const { allowed, balance } = await billing.metering.entitlement("api-calls", { organizationId });
  assert.equal(allowed, true);
  const used = { id: newKey(), feature: "api-calls", quantity: 2, occurredAt: Math.floor(Date.now() / 1000) };
  for (const result of ["recorded", "replayed"]) {
    const { events } = await billing.metering.recordUsage(organizationId, { events: [used] });
    assert.deepEqual(events.map((each) => each.result), [result]);
  }
  const after = await billing.metering.entitlement("api-calls", { organizationId });
  assert.equal(after.balance.balance, balance.balance - 2);
  await assert.rejects(billing.metering.entitlement("no-such-feature", { organizationId }), { code: "unknown_feature" });
});

test("somebody signed in sees the own billing, after a refresh where the token has ended", async () => {
  let current = "no.token.atall";
  const billing = createBilling({ url, token: () => current, refresh: () => (current = token) });
  const session = await billing.runtime.session();
  assert.equal(session.organizationId, organizationId);
  await assert.rejects(billing.subscriptions.list({ organizationId: "org_another" }), { status: 403, code: "forbidden" });
});

test("a wrong secret gets no token", async () => {
  const billing = createBilling({ url, ...machine({ ...backend, clientSecret: "wrong" }) });
  await assert.rejects(billing.organizations.list(), { status: 401 });
});

// The helper for tests, against a stack: BILLING_STACK_COMMAND, a JSON array, says how the tool is called.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createBilling, machine } from "../src/index.js";
import { startBilling } from "../testing/index.js";

const file = (name) => fileURLToPath(new URL(`../../../examples/testing/${name}`, import.meta.url));
const command = JSON.parse(process.env.BILLING_STACK_COMMAND);
let stack;

before(async () => {
  stack = await startBilling({ plans: file("plans.toml"), hooks: file("hooks.py"), command });
});
after(() => stack.stop());

const asBackend = () =>
  createBilling({
    url: stack.url,
    ...machine({ environmentUrl: stack.scalekit, clientId: stack.backend.id, clientSecret: stack.backend.secret }),
  });

test("an organization that was bought for has what its plan gives, until everybody is forgotten", async () => {
  const organizationId = await stack.organization("Acme");
  await stack.subscribe(organizationId, "team-monthly", { seats: 2 });
  const { allowed } = await asBackend().subscriptions.access({ feature: "sso", organizationId });
  assert.equal(allowed, true);
  await stack.reset();
  assert.deepEqual((await asBackend().organizations.list()).organizations, []);
});

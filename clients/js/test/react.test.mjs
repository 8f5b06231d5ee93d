// What the hooks show, before, with and after an answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createElement } from "react";
import { BillingProvider, useBilling, useEntitlement } from "../src/react.js";

globalThis.IS_REACT_ACT_ENVIRONMENT = true;
console.error = () => {}; // the renderer calls itself deprecated; it needs no document
const { act, create } = (await import("react-test-renderer")).default;

function rendered(hook, billing) {
  const seen = [];
  let shown;
  const Probe = ({ given }) => (seen.push(hook(given)), null);
  const tree = (given) => createElement(BillingProvider, { billing }, createElement(Probe, { given }));
  return {
    seen,
    last: () => seen.at(-1),
    show: (given) => act(async () => (shown ? shown.update(tree(given)) : (shown = create(tree(given))))),
    leave: () => act(async () => shown.unmount()),
  };
}

const entitlements = (answer) => ({ metering: { entitlement: answer } });

test("nobody may before there is an answer, and then as it says", async () => {
  const asked = [];
  const billing = entitlements(async (...given) => (asked.push(given.slice(0, 2)), { allowed: true, balance: null }));
  const page = rendered(() => useEntitlement("exports", { required: 3 }), billing);
  await page.show();
  assert.deepEqual([page.seen[0].allowed, page.seen[0].loading], [false, true]);
  assert.deepEqual([page.last().allowed, page.last().loading], [true, false]);
  assert.deepEqual(asked, [["exports", { required: 3 }]]);
});

test("an answer to another question opens nothing, whatever becomes of this one", async () => {
  const answers = { exports: () => ({ allowed: true }), imports: () => new Promise(() => {}), reports: () => assert.fail("away") };
  const page = rendered((feature) => useEntitlement(feature), entitlements(async (feature) => answers[feature]()));
  await page.show("exports");
  assert.equal(page.last().allowed, true);
  await page.show("imports");
  assert.deepEqual([page.last().allowed, page.last().loading, page.last().data], [false, true, undefined]);
  await page.show("exports");
  await page.show("reports");
  assert.deepEqual([page.last().allowed, page.last().error.message, page.last().data], [false, "away", undefined]);
});

test("an answer that comes late, to a question that nobody asks any more, changes nothing", async () => {
  let answer;
  const late = new Promise((resolve) => (answer = resolve));
  const answers = { exports: late, imports: { allowed: true } };
  const page = rendered((feature) => useEntitlement(feature), entitlements(async (feature) => answers[feature]));
  await page.show("exports");
  await page.show("imports");
  await act(async () => answer({ allowed: false }));
  assert.deepEqual([page.last().allowed, page.last().loading], [true, false]);
});

test("after a failure the last answer stays beside the error, and asking again mends it", async () => {
  const answers = [{ plan: "growth" }, new Error("away"), { plan: "scale" }];
  const billing = {
    organizations: {
      billing: async () => {
        const answer = answers.shift();
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
  };
  const page = rendered(() => useBilling(), billing);
  await page.show();
  await act(async () => page.last().refetch());
  assert.deepEqual([page.last().data, page.last().error.message], [{ plan: "growth" }, "away"]);
  await act(async () => page.last().refetch());
  assert.deepEqual([page.last().data, page.last().error], [{ plan: "scale" }, undefined]);
});

test("who leaves the page asks no more, and what is under way is stopped", async () => {
  let stopped;
  const never = (feature, query, { signal }) => new Promise(() => (stopped = signal));
  const page = rendered(() => useEntitlement("exports"), entitlements(never));
  await page.show();
  assert.equal(stopped.aborted, false);
  await page.leave();
  assert.equal(stopped.aborted, true);
});

test("a page that wants to know asks again and again", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let asked = 0;
  const page = rendered(() => useEntitlement("exports", { every: 5 }), entitlements(async () => ({ allowed: ++asked > 1 })));
  await page.show();
  assert.equal(page.last().allowed, false);
  await act(async () => context.mock.timers.tick(5000));
  assert.deepEqual([asked, page.last().allowed], [2, true]);
  await act(async () => context.mock.timers.tick(3000));
  await act(async () => page.last().refetch());
  await act(async () => context.mock.timers.tick(3000));
  assert.equal(asked, 3, "five seconds after the newest answer, not after the one before");
  await page.leave();
  context.mock.timers.tick(60_000);
  assert.equal(asked, 3);
});

test("a hook outside of a provider says what is missing", async () => {
  const page = rendered(() => useBilling(), undefined);
  await assert.rejects(async () => page.show(), /BillingProvider/);
});

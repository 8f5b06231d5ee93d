// The helper for tests and the tool that it calls, here by others in the tool's place.

import assert from "node:assert/strict";
import { test } from "node:test";
import { startBilling } from "../testing/index.js";

const tool = (script) => ["sh", "-c", script, "tool"];
const READY = 'echo "{\\"url\\": \\"http://stack\\", \\"logs\\": \\"$*\\"}"';

test("the tool is told the team's own files, and to end with this process", async () => {
  const stack = await startBilling({ plans: "a plan.toml", hooks: new URL("file:///b/hooks.py"), command: tool(`${READY}; exec cat`) });
  assert.equal(stack.url, "http://stack");
  assert.equal(stack.logs, "--plans a plan.toml --hooks /b/hooks.py --until-input-ends");
  await stack.stop();
  await stack.stop();
});

test("a tool that does not start says why", async () => {
  await assert.rejects(startBilling({ command: tool("echo There is no plans.toml. >&2; exit 1") }), /There is no plans\.toml/);
  await assert.rejects(startBilling({ command: ["no-such-tool"] }), { code: "ENOENT" });
});

test("a stack that did not stop as it should is told of", async () => {
  const stack = await startBilling({ command: tool(`${READY}; cat; exit 3`) });
  await assert.rejects(stack.stop(), /status 3/);
});

test("a stack that was killed is stopped already", { timeout: 10_000 }, async () => {
  const stack = await startBilling({ command: tool(`echo "{\\"pid\\": $$}"; exec cat`) });
  const gone = () => {
    try {
      return !process.kill(stack.pid, 0);
    } catch {
      return true;
    }
  };
  process.kill(stack.pid, "SIGKILL");
  while (!gone()) await new Promise((resolve) => setImmediate(resolve));
  await stack.stop();
});

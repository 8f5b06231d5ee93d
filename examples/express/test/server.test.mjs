// The service in front of an API that is a few lines here.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const SERVER = fileURLToPath(new URL("../server.js", import.meta.url));
const answers = {
  "/oauth/token": { access_token: "a-token", expires_in: 3600 },
  "/api/session": { organizationId: "org_1" },
  "/api/entitlements/api-calls": { allowed: true },
};
let api, service, url;

before(async () => {
  api = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://api");
    const events = { events: [{ id: "e1", result: "refused", code: "exhausted" }] };
    response.setHeader("content-type", "application/json").end(JSON.stringify(answers[pathname] ?? events));
  }).listen(0, "127.0.0.1");
  await once(api, "listening");
  const there = `http://127.0.0.1:${api.address().port}`;
  const env = { ...process.env, BILLING_API_URL: there, SCALEKIT_ENVIRONMENT_URL: there, PORT: "0" };
  service = spawn(process.execPath, [SERVER], { env, stdio: ["ignore", "pipe", "inherit"] });
  [url] = `${(await once(service.stdout, "data"))[0]}`.split("\n");
});
after(() => (service.kill(), api.close()));

test("a call for which nothing was left, although the gate was open, is refused and not given away", async () => {
  const response = await fetch(`${url}/calls`, { method: "POST", headers: { authorization: "Bearer a-token" } });
  assert.deepEqual([response.status, (await response.json()).code], [402, "exhausted"]);
});

// What becomes of the page while Scalekit, or the API, is away. Both are a function here.

import assert from "node:assert/strict";
import { test } from "node:test";
import { GET as read } from "../app/api/[...path]/route.js";
import { SESSION } from "../lib/cookies.js";
import { renewSession } from "../lib/renewal.js";

test("a session that is over signs in again, and one that cannot be renewed now does not", async () => {
  const visited = [];
  globalThis.location = { assign: (path) => visited.push(path) };
  globalThis.fetch = async () => new Response(null, { status: 500 });
  await assert.rejects(renewSession(), /cannot be renewed right now/);
  assert.deepEqual(visited, []);
  globalThis.fetch = async () => new Response(null, { status: 204 });
  await renewSession();
  globalThis.fetch = async () => new Response(null, { status: 401 });
  await renewSession();
  assert.deepEqual(visited, ["/auth/login"]);
});

test("an API that is away is told as such, so that the page's client asks again", async () => {
  globalThis.fetch = () => Promise.reject(new TypeError("fetch failed"));
  const cookie = `${SESSION.name}=${encodeURIComponent(JSON.stringify({ access: "a", refresh: "r", id: "i" }))}`;
  const response = await read(new Request("http://localhost:3001/api/billing", { headers: { cookie } }));
  assert.deepEqual([response.status, (await response.json()).code], [502, "unreachable"]);
});

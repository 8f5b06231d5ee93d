// What several tabs of one browser get of a refresh token that works once. Scalekit is a function here.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { POST as refresh } from "../app/auth/refresh/route.js";
import { SESSION } from "../lib/cookies.js";

let used;
let away;

beforeEach(() => {
  used = new Set();
  away = false;
  globalThis.fetch = async (_, { body }) => {
    if (away) return new Response(null, { status: 503 });
    const token = body.get("refresh_token");
    if (used.has(token)) return Response.json({ error: "invalid_grant" }, { status: 400 });
    used.add(token);
    return Response.json({ access_token: `access of ${token}`, refresh_token: `after ${token}`, id_token: "id" });
  };
});

const cookie = (token) => `${SESSION.name}=${encodeURIComponent(JSON.stringify({ access: "a", refresh: token, id: "i" }))}`;
const tab = (token) => refresh(new Request("http://localhost:3001/auth/refresh", { method: "POST", headers: { cookie: cookie(token) } }));
const kept = (response) => response.headers.get("set-cookie").includes("access%20of");

test("two tabs that refresh with one token stay signed in, both", async () => {
  const tabs = await Promise.all([tab("r1"), tab("r1")]);
  const late = await tab("r1");
  assert.deepEqual([...tabs, late].map(({ status }) => status), [204, 204, 204]);
  assert.ok([...tabs, late].every(kept));
});

test("a refusal ends the session, and an absence of Scalekit does not", async () => {
  used.add("r2");
  assert.equal((await tab("r2")).status, 401);
  away = true;
  await assert.rejects(tab("r3"), /503/);
  away = false;
  assert.equal((await tab("r3")).status, 204);
});

// The routes against a running stack, as a browser goes through them: BILLING_API_URL, SCALEKIT_ENVIRONMENT_URL,
// SCALEKIT_REDIRECT_URI and STACK_ORGANIZATION say where and for whom. They are plain functions of a Request.

import assert from "node:assert/strict";
import { test } from "node:test";
import { GET as callback } from "../app/auth/callback/route.js";
import { GET as login } from "../app/auth/login/route.js";
import { POST as logout } from "../app/auth/logout/route.js";
import { POST as refresh } from "../app/auth/refresh/route.js";
import { GET as read, POST as write } from "../app/api/[...path]/route.js";
import { opened } from "../lib/cookies.js";

const { SCALEKIT_ENVIRONMENT_URL: scalekit, SCALEKIT_REDIRECT_URI: redirectUri, STACK_ORGANIZATION: organization } = process.env;
const HERE = new URL(redirectUri).origin;

/** A browser's cookies for this application. */
class Browser {
  cookies = new Map();

  async visit(route, path, init = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await route(new Request(HERE + path, { ...init, headers: { cookie, ...init.headers } }));
    for (const set of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set);
      assert.match(set, /; HttpOnly; SameSite=Lax/);
      if (value) this.cookies.set(name, value);
      else this.cookies.delete(name);
    }
    return response;
  }

  get session() {
    return opened(this.cookies.get("scalekit_session"));
  }
}

/** Choose a member of the organization on Scalekit's page; the address that it sends the browser back to. */
async function chosen(location) {
  const page = await (await fetch(location)).text();
  const form = page.split("<form").find((each) => each.includes(`name="organization" value="${organization}"`));
  const fields = [...form.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]);
  const first = new Map([...fields].reverse()); // of several members the first one
  const body = new URLSearchParams([...first]);
  const response = await fetch(`${scalekit}/oauth/login`, { method: "POST", body, redirect: "manual" });
  return new URL(response.headers.get("location"));
}

async function signedIn() {
  const browser = new Browser();
  const begun = await browser.visit(login, "/auth/login?next=/billing%3Fsuccess=1");
  const back = await chosen(begun.headers.get("location"));
  const finished = await browser.visit(callback, `/auth/callback${back.search}`);
  assert.equal(finished.headers.get("location"), `${HERE}/billing?success=1`);
  return browser;
}

test("who signs in reads the organization's billing, and the page never sees a token", async () => {
  const browser = await signedIn();
  const response = await browser.visit(read, "/api/billing");
  const billing = await response.json();
  assert.equal(response.status, 200);
  assert.equal(billing.organization.id, organization);
  assert.ok(!JSON.stringify(billing).includes(browser.session.access));
  assert.deepEqual([...browser.cookies.keys()], ["scalekit_session"]);
});

test("a write comes from the own page alone", async () => {
  const browser = await signedIn();
  const body = JSON.stringify({ itemPriceId: "growth" });
  for (const origin of ["https://evil.example", "null"]) {
    const refused = await browser.visit(write, "/api/subscription/create", { method: "POST", body, headers: { origin } });
    assert.equal((await refused.json()).code, "cross_site");
  }
  const page = await browser.visit(write, "/api/subscription/create", { method: "POST", body, headers: { origin: HERE } });
  assert.equal((await page.json()).mode, "hosted");
});

test("a session goes on with new tokens until it is signed out", async () => {
  const browser = await signedIn();
  const before = browser.session;
  const went = await browser.visit(refresh, "/auth/refresh", { method: "POST" });
  assert.equal(went.status, 204);
  assert.notEqual(browser.session.access, before.access);
  assert.equal((await browser.visit(read, "/api/session")).status, 200);

  const left = await browser.visit(logout, "/auth/logout", { method: "POST" });
  assert.ok(left.headers.get("location").startsWith(`${scalekit}/oidc/logout?id_token_hint=`));
  assert.equal(browser.cookies.size, 0);
  assert.equal((await browser.visit(read, "/api/session")).status, 401);
  assert.equal((await browser.visit(refresh, "/auth/refresh", { method: "POST" })).status, 401);
});

test("a sign-in that this browser did not begin is not finished", async () => {
  const [mine, theirs] = [new Browser(), new Browser()];
  await mine.visit(login, "/auth/login");
  const begun = await theirs.visit(login, "/auth/login");
  const back = await chosen(begun.headers.get("location"));
  const response = await mine.visit(callback, `/auth/callback${back.search}`);
  assert.match(response.headers.get("location"), /error=The\+sign-in\+did\+not\+begin\+here/);
  assert.equal(mine.session, undefined);
});

test("after a sign-in a browser goes on here and nowhere else", async () => {
  for (const next of ["https://evil.example/x", "//evil.example", "/\\evil.example"]) {
    const browser = new Browser();
    await browser.visit(login, `/auth/login?next=${encodeURIComponent(next)}`);
    assert.equal(opened(browser.cookies.get("sign_in")).next, "/");
  }
});

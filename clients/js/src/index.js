import { OPERATIONS } from "./operations.js";

const PASSING = [429, 502, 503, 504]; // after which the same request is safe to repeat
const EARLY = 60; // seconds before its end from which a machine's token is not used any more

export class BillingError extends Error {
  constructor(status, code, message, requestId = "", retryAfter = undefined, cause = undefined) {
    super(message, { cause });
    Object.assign(this, { name: "BillingError", status, code, requestId, retryAfter });
  }

  is(...codes) {
    return codes.includes(this.code);
  }
}

// Not randomUUID, which a page that is not on https has not.
export const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), hex).join("");
const hex = (byte) => byte.toString(16).padStart(2, "0");

export function createBilling({
  url = "",
  token,
  refresh,
  attempts = 4,
  longestPause = 20,
  fetch = globalThis.fetch.bind(globalThis),
  sleep = wait,
} = {}) {
  const origin = url.replace(/\/+$/, "");
  let refreshing;
  let refreshes = 0;

  async function once({ method, path, query, body, signal }) {
    const headers = {};
    if (token) headers.authorization = `Bearer ${typeof token === "function" ? await token() : token}`;
    // Where a cookie carries the session, a write says that it is JSON even when it has no body.
    if (method !== "GET") headers["content-type"] = "application/json";
    const credentials = token ? "omit" : "include";
    const sent = body === undefined ? undefined : JSON.stringify(body);
    return reach(fetch, origin + path + search(query), { method, headers, body: sent, credentials, signal });
  }

  async function persistently(request) {
    for (let attempt = 1; ; attempt++) {
      let response, failure;
      try {
        response = await once(request);
      } catch (error) {
        if (error.code !== "unreachable" && !PASSING.includes(error.status)) throw error;
        failure = error;
      }
      const told = response ? retryAfter(response) : failure.retryAfter;
      const pause = told ?? Math.min(2 ** (attempt - 1), longestPause) * (0.5 + Math.random() / 2);
      const over = attempt >= attempts || pause > longestPause;
      if (failure && over) throw failure;
      if (response && (over || !PASSING.includes(response.status))) return response;
      await sleep(pause, request.signal);
    }
  }

  async function send(request) {
    const before = refreshes;
    let response = await persistently(request);
    if (response.status === 401 && refresh) {
      // A call whose 401 comes late finds that another one has refreshed meanwhile.
      if (refreshes === before) refreshing ??= renew().finally(() => (refreshing = undefined));
      await refreshing;
      response = await persistently(request);
    }
    if (!response.ok) throw await refusal(response);
    return read(response, request);
  }

  async function renew() {
    await refresh();
    refreshes += 1;
  }

  const rooms = Object.entries(OPERATIONS).map(([room, operations]) => [room, methods(operations, send)]);
  return { ...Object.fromEntries(rooms), send };
}

export function machine({ environmentUrl, clientId, clientSecret, fetch = globalThis.fetch, now = Date.now }) {
  let kept = { goodUntil: 0 };
  let asking; // calls that come meanwhile wait for the same answer

  async function ask() {
    const askedAt = now();
    const form = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
    const [method, path] = ["POST", `${environmentUrl.replace(/\/+$/, "")}/oauth/token`];
    const response = await reach(fetch, path, { method, body: new URLSearchParams(form) });
    if (!response.ok) throw await refusal(response);
    // Unsaid how long it lives, it is good for this once.
    const { access_token: token, expires_in: lifetime = 0 } = await read(response, { method, path });
    return { token, goodUntil: askedAt + 1000 * Math.max(lifetime - EARLY, lifetime / 2) };
  }

  async function token() {
    if (kept.goodUntil <= now()) {
      asking ??= ask().finally(() => (asking = undefined));
      kept = await asking;
    }
    return kept.token;
  }

  return { token, refresh: () => void (kept = { goodUntil: 0 }) };
}

function methods(operations, send) {
  const made = Object.entries(operations).map(([verb, [method, path, takes]]) => [
    verb,
    async (...given) => {
      const request = { method, path: path.replace(/{\w+}/g, () => segment(given.shift())) };
      if (/[bk]/.test(takes)) request.body = given.shift();
      if (takes.includes("k") && !request.body.key) request.body = { ...request.body, key: newKey() };
      if (takes.includes("q")) request.query = given.shift();
      return send({ ...request, ...given.shift() });
    },
  ]);
  return Object.fromEntries(made);
}

async function reach(fetch, url, init) {
  try {
    return await fetch(url, init);
  } catch (error) {
    init.signal?.throwIfAborted();
    throw new BillingError(0, "unreachable", `${init.method} ${url}: no answer`, "", undefined, error);
  }
}

async function read(response, { method, path, signal }) {
  try {
    return await response.json();
  } catch (error) {
    signal?.throwIfAborted();
    const told = `${method} ${path}: the answer broke off, or is not the API's`;
    throw new BillingError(0, "unreachable", told, "", undefined, error);
  }
}

function segment(name) {
  if (["", ".", "..", undefined].includes(name)) throw new TypeError(`${name} names nothing.`);
  return encodeURIComponent(name);
}

function search(query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

function retryAfter(response) {
  const told = response.headers.get("retry-after");
  return /^\d+$/.test(told ?? "") ? Number(told) : undefined;
}

async function refusal(response) {
  const told = (await response.json().catch(() => undefined)) ?? {};
  const message = told.error ?? told.message ?? response.statusText;
  return new BillingError(response.status, told.code ?? "", message, told.requestId, retryAfter(response));
}

async function wait(seconds, signal) {
  signal?.throwIfAborted();
  await new Promise((resolve, reject) => {
    const stop = () => (clearTimeout(timer), reject(signal.reason));
    const timer = setTimeout(() => (signal?.removeEventListener("abort", stop), resolve()), seconds * 1000);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

// The billing API, and its one kind of error: `{"error": "<a sentence>", "code": "<stable name>"}`.

import { accessToken, SignInEnded } from "./session.js";

class ApiError extends Error {
  constructor(status, body) {
    super(body.error ?? `The API answered ${status}.`);
    this.code = body.code;
    this.requestId = body.requestId;
  }
}

export const session = () => call("GET", "/api/session");
export const plans = async () => (await call("GET", "/api/plans")).plans;
export const billing = () => call("GET", "/api/billing");
export const create = (wish) => call("POST", "/api/subscription/create", { ...wish, ...back("subscribed") });
export const update = (wish) => call("POST", "/api/subscription/update", { ...wish, ...back("changed") });
export const cancel = () => call("POST", "/api/subscription/cancel", {});
export const restore = () => call("POST", "/api/subscription/restore", {});
export const portal = () => call("POST", "/api/subscription/portal", { returnUrl: "/" });

export const wallet = (currency) => call("GET", `/api/wallet?${new URLSearchParams({ currency })}`);
export const topUp = (wish) => call("POST", "/api/wallet/top-ups", { ...wish, ...back("toppedUp") });
export const autoTopUp = (rule) => call("PUT", "/api/wallet/auto-top-up", rule);

export const invoices = () => call("GET", "/api/invoices");
export const invoicePdf = (id) => call("POST", `/api/invoices/${encodeURIComponent(id)}/download`, {});

export const paymentMethods = async () => (await call("GET", "/api/payment-methods")).paymentMethods;
export const addMethod = () => call("POST", "/api/payment-methods", { returnUrl: "/" });
export const makeDefault = (id) => call("PUT", `/api/payment-methods/${encodeURIComponent(id)}/default`);
export const removeMethod = (id) => call("DELETE", `/api/payment-methods/${encodeURIComponent(id)}`);

const back = (done) => ({ successUrl: `/?${done}=1`, cancelUrl: "/?cancelled=1" });

async function call(method, path, body) {
  const token = await accessToken();
  let response = await send(token, method, path, body);
  if (response.status === 401) response = await send(await accessToken(token), method, path, body);
  if (response.status === 401) throw new SignInEnded();
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError(response.status, answer);
  return answer;
}

function send(token, method, path, body) {
  return fetch(path, {
    method,
    headers: { Authorization: `Bearer ${token}`, ...(body && { "Content-Type": "application/json" }) },
    body: body && JSON.stringify(body),
  });
}

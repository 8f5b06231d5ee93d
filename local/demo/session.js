// Signing in with OpenID Connect: an authorization code with PKCE (RFC 7636), as a page without a secret does it.
// The tokens live in sessionStorage: they end with the tab. An access token lives for minutes, so it is renewed
// shortly before it ends, and once more when the API refuses it.

const TOKENS = "tokens";
const PENDING = "sign-in";
const RENEW_BEFORE = 30_000;
const here = () => `${location.origin}/`;

/** `query` is what the address said before: it is there again after the sign-in. */
export async function beginSignIn(config, query) {
  const pending = { verifier: random(), state: random(), nonce: random(), query: query.toString() };
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  const request = new URLSearchParams({
    client_id: config.clientId,
    redirect_uri: here(),
    response_type: "code",
    scope: "openid profile email offline_access",
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await challengeOf(pending.verifier),
    code_challenge_method: "S256",
  });
  location.assign(`${config.scalekit}/oauth/authorize?${request}`);
}

/** What the address said before the sign-in that this tab began, if the browser has just come back from it. */
export function queryBefore(query) {
  const pending = begun(query);
  return pending ? new URLSearchParams(pending.query) : query;
}

/** Redeem the code in `query`, if the browser has just come back from the sign-in that this tab began. */
export async function finishSignIn(config, query) {
  const pending = begun(query);
  if (!pending) return;
  sessionStorage.removeItem(PENDING);
  if (query.get("error") === "access_denied") return;
  if (query.has("error")) throw new Error(query.get("error_description") ?? query.get("error"));

  const client = { endpoint: `${config.scalekit}/oauth/token`, id: config.clientId };
  const answer = await granted(client, {
    grant_type: "authorization_code",
    redirect_uri: here(),
    code: query.get("code"),
    code_verifier: pending.verifier,
  });
  if (claimsOf(answer.id_token).nonce !== pending.nonce) throw new Error("The sign-in does not belong to this tab.");
  keep(tokensOf(client, answer));
}

function begun(query) {
  const pending = JSON.parse(sessionStorage.getItem(PENDING));
  return pending && query.get("state") === pending.state ? pending : null;
}

/** There is no token any more, and no way to another but to sign in. */
export class SignInEnded extends Error {
  message = "Your sign-in has ended. Please sign in again. You will be back where you were.";
}

/** So it has, too, when the API refuses even a new token. */
export const hasEnded = (error) => error instanceof SignInEnded || error.status === 401;

export const isSignedIn = () => kept() !== null;
export const identity = () => claimsOf(kept().id);
export const forget = () => sessionStorage.removeItem(TOKENS);

/** A token for the API, renewed shortly before it ends. */
export async function accessToken() {
  const fresh = Date.now() < kept()?.expiresAt - RENEW_BEFORE;
  return fresh ? kept().access : anotherToken();
}

/** In the place of one that the API has refused, or that ends. */
export async function anotherToken() {
  const tokens = kept();
  if (!tokens) throw new SignInEnded();
  return (await renewed(tokens)).access;
}

export function signOut(config) {
  const hint = kept()?.id;
  forget();
  const request = new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: here() });
  location.assign(`${config.scalekit}/oidc/logout?${request}`);
}

// A refresh token works once, so calls that find the same token ended share one renewal.
let renewing = null;

function renewed(tokens) {
  renewing ??= renew(tokens).finally(() => (renewing = null));
  return renewing;
}

async function renew(tokens) {
  if (!tokens.refresh) throw new SignInEnded();
  const answer = await granted(tokens.client, { grant_type: "refresh_token", refresh_token: tokens.refresh });
  const next = tokensOf(tokens.client, answer, tokens);
  if (isSignedIn()) keep(next);
  return next;
}

async function granted(client, form) {
  const body = new URLSearchParams({ client_id: client.id, ...form });
  const response = await fetch(client.endpoint, { method: "POST", body });
  const answer = await response.json().catch(() => null);
  if (!answer) throw new Error("Scalekit does not answer right now. Try again in a moment.");
  if (response.ok) return answer;
  if (answer.error === "invalid_grant" && form.refresh_token) throw new SignInEnded();
  throw new Error(answer.error_description ?? "The sign-in was refused.");
}

/** A renewal need not repeat what stays as it is: OpenID Connect Core, section 12.2, and RFC 6749, section 6. */
const tokensOf = (client, answer, former = {}) => ({
  client,
  access: answer.access_token,
  id: answer.id_token ?? former.id,
  refresh: answer.refresh_token ?? former.refresh,
  expiresAt: Date.now() + answer.expires_in * 1000,
});

const kept = () => JSON.parse(sessionStorage.getItem(TOKENS));
const keep = (tokens) => sessionStorage.setItem(TOKENS, JSON.stringify(tokens));

function claimsOf(token) {
  const payload = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(payload), (char) => char.charCodeAt(0))));
}

async function challengeOf(verifier) {
  return base64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
}

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

function base64url(bytes) {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// Signing in with OpenID Connect: an authorization code with PKCE (RFC 7636), as a page without a secret does it.
// The tokens live in sessionStorage: they end with the tab.

const TOKENS = "tokens";
const PENDING = "sign-in";
const here = () => `${location.origin}/`;

export async function beginSignIn(config) {
  const pending = { verifier: random(), state: random(), nonce: random() };
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  const request = new URLSearchParams({
    client_id: config.clientId,
    redirect_uri: here(),
    response_type: "code",
    scope: "openid profile email",
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await challengeOf(pending.verifier),
    code_challenge_method: "S256",
  });
  location.assign(`${config.scalekit}/oauth/authorize?${request}`);
}

/** Redeem the code in `query`, if the browser has just come back from the sign-in that this tab began. */
export async function finishSignIn(config, query) {
  const pending = JSON.parse(sessionStorage.getItem(PENDING));
  if (!pending || query.get("state") !== pending.state) return;
  sessionStorage.removeItem(PENDING);
  if (query.get("error") === "access_denied") return;
  if (query.has("error")) throw new Error(query.get("error_description") ?? query.get("error"));

  const response = await fetch(`${config.scalekit}/oauth/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: config.clientId,
      redirect_uri: here(),
      code: query.get("code"),
      code_verifier: pending.verifier,
    }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error_description ?? "The sign-in was refused.");
  if (claimsOf(answer.id_token).nonce !== pending.nonce) throw new Error("The sign-in does not belong to this tab.");
  sessionStorage.setItem(TOKENS, JSON.stringify({ access: answer.access_token, id: answer.id_token }));
}

export const isSignedIn = () => sessionStorage.getItem(TOKENS) !== null;
export const accessToken = () => JSON.parse(sessionStorage.getItem(TOKENS))?.access;
export const identity = () => claimsOf(JSON.parse(sessionStorage.getItem(TOKENS)).id);
export const forget = () => sessionStorage.removeItem(TOKENS);

export function signOut(config) {
  const hint = JSON.parse(sessionStorage.getItem(TOKENS))?.id;
  forget();
  const request = new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: here() });
  location.assign(`${config.scalekit}/oidc/logout?${request}`);
}

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

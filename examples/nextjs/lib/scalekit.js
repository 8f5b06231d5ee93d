// Scalekit's OpenID Connect, as its SDK for Node does it too: https://docs.scalekit.com/authenticate/fsa/quickstart

import { settings } from "./settings.js";

const SHARED_FOR = 30_000;
const renewals = new Map();

/** Where a browser signs in. */
export function signInUrl(state) {
  const { scalekit, clientId, redirectUri } = settings();
  const asked = { client_id: clientId, redirect_uri: redirectUri, response_type: "code", state };
  return `${scalekit}/oauth/authorize?${new URLSearchParams({ ...asked, scope: "openid profile email offline_access" })}`;
}

/** The tokens for the code of a sign-in; undefined when Scalekit does not take it. */
export const redeemed = (code) => granted({ grant_type: "authorization_code", code, redirect_uri: settings().redirectUri });

/** New tokens in the place of those that have ended; undefined when that session is over. A refresh token works once, so
 * that tabs which come with the same one share its answer. Several processes share it in a store of theirs. */
export function refreshed(session) {
  const { refresh } = session;
  if (!renewals.has(refresh)) {
    renewals.set(refresh, renewed(session));
    setTimeout(() => renewals.delete(refresh), SHARED_FOR).unref();
  }
  return renewals.get(refresh);
}

async function renewed({ refresh, id }) {
  const form = { grant_type: "refresh_token", refresh_token: refresh };
  const tokens = await granted(form).catch((away) => (renewals.delete(refresh), Promise.reject(away)));
  return tokens && { ...tokens, id: tokens.id ?? id, refresh: tokens.refresh ?? refresh };
}

/** Where a browser signs out, also of Scalekit's own session. */
export function signOutUrl({ id }, after) {
  return `${settings().scalekit}/oidc/logout?${new URLSearchParams({ id_token_hint: id, post_logout_redirect_uri: after })}`;
}

async function granted(form) {
  const { scalekit, clientId, clientSecret } = settings();
  const body = new URLSearchParams({ ...form, client_id: clientId, client_secret: clientSecret });
  const response = await fetch(`${scalekit}/oauth/token`, { method: "POST", body });
  if (response.status >= 500) throw new Error(`Scalekit answered ${response.status}.`);
  if (!response.ok) return undefined;
  const { access_token: access, refresh_token: refresh, id_token: id } = await response.json();
  return { access, refresh, id };
}

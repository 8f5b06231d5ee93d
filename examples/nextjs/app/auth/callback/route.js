// Finish the sign-in that this browser has begun, and no other.

import { SESSION, SIGN_IN, keep, read, redirect } from "../../../lib/cookies.js";
import { redeemed } from "../../../lib/scalekit.js";
import { origin } from "../../../lib/settings.js";

export async function GET(request) {
  const query = new URL(request.url).searchParams;
  const begun = read(request, SIGN_IN);
  const home = new URL("/", origin());
  if (!begun || query.get("state") !== begun.state) return failed(home, "The sign-in did not begin here.");
  if (query.has("error")) return failed(home, query.get("error_description") ?? query.get("error"));
  const tokens = await redeemed(query.get("code") ?? "");
  if (!tokens) return failed(home, "The sign-in is not valid any more.");
  return keep(keep(redirect(new URL(begun.next, origin())), SESSION, tokens), SIGN_IN, undefined);
}

function failed(home, reason) {
  home.searchParams.set("error", reason);
  return keep(redirect(home), SIGN_IN, undefined);
}

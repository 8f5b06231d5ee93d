// Begin a sign-in. `?next=` is a path of this application to go on with.

import { SIGN_IN, keep, redirect } from "../../../lib/cookies.js";
import { signInUrl } from "../../../lib/scalekit.js";
import { origin } from "../../../lib/settings.js";

export function GET(request) {
  const asked = new URL(new URL(request.url).searchParams.get("next") ?? "/", origin());
  const next = asked.origin === origin() ? asked.pathname + asked.search : "/";
  const state = crypto.randomUUID();
  return keep(redirect(signInUrl(state)), SIGN_IN, { state, next });
}

// Sign out here and at Scalekit.

import { SESSION, keep, read, redirect } from "../../../lib/cookies.js";
import { signOutUrl } from "../../../lib/scalekit.js";
import { origin } from "../../../lib/settings.js";

export function POST(request) {
  const session = read(request, SESSION);
  return keep(redirect(session ? signOutUrl(session, origin()) : origin()), SESSION, undefined);
}

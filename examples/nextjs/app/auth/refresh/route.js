// New tokens for a session whose access token has ended. The page's client calls this once after a 401.

import { SESSION, keep, read } from "../../../lib/cookies.js";
import { refreshed } from "../../../lib/scalekit.js";

export async function POST(request) {
  const session = read(request, SESSION);
  const tokens = session && (await refreshed(session));
  return keep(new Response(null, { status: tokens ? 204 : 401 }), SESSION, tokens);
}

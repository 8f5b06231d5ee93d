// The billing API under this application's own origin: the cookie's access token goes with the request, and never to the
// page. A page of another site sends no cookie with a write (SameSite), and is refused by its Origin besides.

import { SESSION, read } from "../../../lib/cookies.js";
import { origin, settings } from "../../../lib/settings.js";

const PASSED_ON = ["content-type", "retry-after"];

async function forward(request) {
  const { pathname, search } = new URL(request.url);
  const reads = request.method === "GET";
  if (!reads && request.headers.get("origin") !== origin()) return refused(403, "cross_site", "Not from this page.");
  const session = read(request, SESSION);
  if (!session) return refused(401, "unauthenticated", "Sign in first.");
  const response = await fetch(settings().api + pathname + search, {
    method: request.method,
    headers: { authorization: `Bearer ${session.access}`, "content-type": "application/json" },
    body: reads ? undefined : await request.text(),
    cache: "no-store",
  }).catch(() => undefined);
  if (!response) return refused(502, "unreachable", "Billing cannot be reached.");
  const headers = PASSED_ON.filter((name) => response.headers.has(name)).map((name) => [name, response.headers.get(name)]);
  return new Response(response.body, { status: response.status, headers: [...headers, ["cache-control", "no-store"]] });
}

const refused = (status, code, error) => Response.json({ error, code }, { status });

export { forward as DELETE, forward as GET, forward as POST, forward as PUT };

// Cookies that no script reads, as pages of other sites never send them with a write.

import { origin } from "./settings.js";

const DAY = 86_400;

/** The tokens of who is signed in: `{access, refresh, id}`. */
export const SESSION = { name: "scalekit_session", seconds: 30 * DAY };
/** A sign-in that has begun: `{state, next}`. */
export const SIGN_IN = { name: "sign_in", seconds: 600 };

/** What a cookie of a request holds, undefined without one. */
export function read(request, { name }) {
  const cookies = (request.headers.get("cookie") ?? "").split("; ");
  return opened(cookies.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1));
}

/** What a cookie's text holds. */
export function opened(text) {
  try {
    return JSON.parse(decodeURIComponent(text));
  } catch {
    return undefined;
  }
}

/** The response, which also sets a cookie; it takes it away where there is nothing to hold. */
export function keep(response, { name, seconds }, value) {
  const text = value ? encodeURIComponent(JSON.stringify(value)) : "";
  const secure = origin().startsWith("https:") ? "; Secure" : "";
  const lifetime = value ? seconds : 0;
  response.headers.append("set-cookie", `${name}=${text}; Path=/; Max-Age=${lifetime}; HttpOnly; SameSite=Lax${secure}`);
  return response;
}

/** A redirect whose headers can still be changed. */
export const redirect = (location) => new Response(null, { status: 303, headers: { location: String(location) } });

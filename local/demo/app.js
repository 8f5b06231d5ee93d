// The demo page: who is signed in, and the organization's billing as the API tells it.

import { act, showError, showWelcome } from "./acting.js";
import { api } from "./api.js";
import { showBilling } from "./billing.js";
import { button, byId, el } from "./dom.js";
import { beginSignIn, finishSignIn, identity, isSignedIn, queryBefore, signOut } from "./session.js";

await start();

async function start() {
  // Sign-in returns to one registered address, and the tab's storage belongs to one of these two names.
  if (location.hostname === "localhost") return location.replace(location.href.replace("localhost", "127.0.0.1"));
  const query = new URLSearchParams(location.search);
  history.replaceState(null, "", "/");
  byId("billing").hidden = !isSignedIn() && !query.has("code");
  try {
    const config = await (await fetch("/demo/config.json")).json();
    const before = queryBefore(query);
    byId("sign-in").onclick = act(() => beginSignIn(config, before));
    showFooter(config);
    await finishSignIn(config, query).catch(showError);
    if (!isSignedIn()) return showWelcome();
    showWho(config);
    await showBilling(config, before);
  } catch (error) {
    showError(error);
  }
}

/** Whoever it is, at once; what they may do, when it is known. */
function showWho(config) {
  const { email, name } = identity();
  const may = el("span");
  const who = el("div.person", {}, el("strong", {}, email ?? name), may);
  byId("who").replaceChildren(who, button("Sign out", "plain", () => signOut(config)));
  byId("who").hidden = false;
  api.runtime.session().then(
    ({ organizationId, roles }) => may.append(roles.join(", ") || "no role", " · ", el("code", {}, organizationId)),
    () => may.replaceChildren(),
  );
}

function showFooter({ scalekitSimulator, chargebeeSimulator }) {
  const links = [
    scalekitSimulator && el("a", { href: `${scalekitSimulator}/_sim/webhooks` }, "Scalekit webhooks"),
    chargebeeSimulator && el("a", { href: `${chargebeeSimulator}/_sim/events` }, "Chargebee events"),
  ].filter(Boolean);
  if (links.length) byId("footer").replaceChildren("What the simulators sent:", ...links);
}

// The demo page: who is signed in, and the organization's billing as the API tells it.

import { showError, showWelcome } from "./acting.js";
import * as api from "./api.js";
import { showBilling } from "./billing.js";
import { button, byId, el } from "./dom.js";
import { beginSignIn, finishSignIn, identity, isSignedIn, signOut } from "./session.js";

await start();

async function start() {
  // Sign-in returns to one registered address, and the tab's storage belongs to one of these two names.
  if (location.hostname === "localhost") return location.replace(location.href.replace("localhost", "127.0.0.1"));
  try {
    const config = await (await fetch("/demo/config.json")).json();
    const query = new URLSearchParams(location.search);
    history.replaceState(null, "", "/");
    byId("sign-in").onclick = () => beginSignIn(config).catch(showError);
    await finishSignIn(config, query);
    showFooter(config);
    if (!isSignedIn()) return showWelcome();
    const session = await api.session();
    showWho(session, config);
    await showBilling(session, config, query);
  } catch (error) {
    showError(error);
  }
}

function showWho({ organizationId, roles }, config) {
  const { email, name } = identity();
  byId("who").replaceChildren(
    el(
      "div.person",
      {},
      el("strong", {}, email ?? name),
      el("span", {}, roles.join(", ") || "no role", " · ", el("code", {}, organizationId)),
    ),
    button("Sign out", "plain", () => signOut(config)),
  );
  byId("who").hidden = false;
}

function showFooter({ scalekitSimulator, chargebeeSimulator }) {
  const links = [
    scalekitSimulator && el("a", { href: `${scalekitSimulator}/_sim/webhooks` }, "Scalekit webhooks"),
    chargebeeSimulator && el("a", { href: `${chargebeeSimulator}/_sim/events` }, "Chargebee events"),
  ].filter(Boolean);
  if (links.length) byId("footer").replaceChildren("Simulated:", ...links);
}

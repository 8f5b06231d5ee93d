// The demo page: sign in, see the plans, subscribe, and watch the subscription follow what Chargebee says.

import * as api from "./api.js";
import { byId, el, hush, say } from "./dom.js";
import { planCard } from "./plan_card.js";
import { accessToken, beginSignIn, finishSignIn, forget, identity, isSignedIn, signOut } from "./session.js";
import { liveOf, subscriptionCard } from "./subscription_card.js";

const POLL_EVERY = 2000;
const WAIT_AT_MOST = 60_000;
const BILLING_ROLES = ["admin", "owner"];
const NOT_ALLOWED = "Only an admin of your organization can change billing.";

const state = { config: null, session: null, plans: [], live: null, shown: null, waitingUntil: 0 };

await start();

async function start() {
  // Sign-in returns to one registered address, and the tab's storage belongs to one of these two names.
  if (location.hostname === "localhost") return location.replace(location.href.replace("localhost", "127.0.0.1"));
  try {
    state.config = await (await fetch("/demo/config.json")).json();
    const query = new URLSearchParams(location.search);
    history.replaceState(null, "", "/");
    await finishSignIn(state.config, query);
    showFooter();
    if (!isSignedIn()) return showWelcome();
    await showBilling(query);
  } catch (error) {
    showError(error);
  }
}

function showWelcome() {
  byId("billing").hidden = byId("who").hidden = true;
  byId("welcome").hidden = false;
  byId("sign-in").onclick = () => beginSignIn(state.config).catch(showError);
}

async function showBilling(query) {
  [state.session, state.plans] = await Promise.all([api.session(), api.plans()]);
  showWho();
  byId("billing").hidden = false;
  if (query.has("subscribed")) state.waitingUntil = Date.now() + WAIT_AT_MOST;
  if (query.has("changed")) say("note", "Your change is on its way. This page follows as soon as it is confirmed.");
  if (query.has("cancelled")) say("note", "You left the checkout. Nothing was changed, and nothing was charged.");
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  await poll();
}

function showWho() {
  const { email, name } = identity();
  const { organizationId, roles } = state.session;
  byId("who").replaceChildren(
    el(
      "div.person",
      {},
      el("strong", {}, email ?? name),
      el("span", {}, roles.join(", ") || "no role", " · ", el("code", {}, organizationId)),
    ),
    el("button.plain", { type: "button", onclick: () => signOut(state.config) }, "Sign out"),
  );
  byId("who").hidden = false;
}

function showFooter() {
  const { scalekit, chargebeeSimulator } = state.config;
  if (!chargebeeSimulator) return;
  byId("footer").replaceChildren(
    "Simulated vendors:",
    el("a", { href: `${scalekit}/_sim/webhooks` }, "Scalekit webhooks"),
    el("a", { href: `${chargebeeSimulator}/_sim/events` }, "Chargebee events"),
  );
}

async function poll() {
  if (!document.hidden && isSignedIn()) await refresh();
  if (isSignedIn()) setTimeout(poll, POLL_EVERY);
}

async function refresh() {
  const token = accessToken();
  try {
    const subscriptions = await api.subscriptions();
    hush("offline");
    if (token === accessToken()) render(liveOf(subscriptions));
  } catch (error) {
    if (error instanceof TypeError) say("offline", "The app cannot be reached. Trying again…");
    else showError(error);
  }
}

/** Draw again only when something changed: a redraw would take the focus and whatever was typed. */
function render(live) {
  const waiting = !live && Date.now() < state.waitingUntil;
  const seen = JSON.stringify([live, waiting]);
  if (seen === state.shown) return;
  if (live && state.waitingUntil) say("good", `You are on ${live.plan ?? live.itemPriceId}. Thank you!`);
  if (live) state.waitingUntil = 0;
  Object.assign(state, { live, shown: seen });

  const refusal = state.session.roles.some((role) => BILLING_ROLES.includes(role)) ? null : NOT_ALLOWED;
  const actions = { portal: act(openPortal), cancel: act(cancel), restore: act(restore) };
  byId("subscription").replaceChildren(subscriptionCard(live, { waiting, refusal, actions }));
  byId("subscription").setAttribute("aria-busy", waiting);
  const choose = (wish, button) => act(() => openCheckout(wish))({ currentTarget: button });
  byId("plans").replaceChildren(...state.plans.map((plan) => planCard(plan, { live, refusal, choose })));
}

/** An action as a listener: its button is busy until it is done, and an error is told in the API's words. */
function act(action) {
  return async ({ currentTarget: button }) => {
    hush("error");
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    try {
      await action();
    } catch (error) {
      showError(error);
    } finally {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  };
}

async function openCheckout(wish) {
  const { url } = await (state.live ? api.update(wish) : api.create(wish));
  location.assign(url);
}

async function openPortal() {
  location.assign((await api.portal()).url);
}

async function cancel() {
  const dialog = byId("cancel-dialog");
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((closed) => dialog.addEventListener("close", closed, { once: true }));
  if (dialog.returnValue !== "cancel") return;
  await api.cancel();
  await refresh();
}

async function restore() {
  await api.restore();
  await refresh();
}

function showError(error) {
  if (error instanceof api.ApiError && error.status === 401) {
    forget();
    showWelcome();
    return say("note", "Your sign-in has ended. Please sign in again.");
  }
  say("error", error.message, error.code);
}

// The organization's billing: one read shows it, and the page follows what changes without being reloaded.

import { act, confirmed, showError } from "./acting.js";
import * as api from "./api.js";
import { byId, draw, hush, say } from "./dom.js";
import { showPaymentMethods } from "./payment_methods.js";
import { planCard } from "./plan_card.js";
import { reportCommand } from "./report_usage.js";
import { requiredAction } from "./required_action.js";
import { isSignedIn } from "./session.js";
import { liveOf, subscriptionCard } from "./subscription_card.js";
import { usageList } from "./usage.js";
import { currencyOf, showWallet } from "./wallet.js";

const POLL_EVERY = 2000;
// With something to do, each read asks Chargebee for the pages to do it on; a test site allows 150 calls a minute.
const POLL_EVERY_WITH_PAGES = 6000;
const WAIT_AT_MOST = 60_000;
const NOT_ALLOWED = "Only an admin of your organization can change billing.";
const RETURNED = {
  changed: "Your change is on its way. This page follows as soon as it is confirmed.",
  cancelled: "You left the checkout. Nothing was changed, and nothing was charged.",
  toppedUp: "Thank you. The money is in the wallet as soon as the payment is confirmed.",
};

const state = { config: null, session: null, plans: [], billing: null, waitingUntil: 0, reads: 0 };

export async function showBilling(session, config, query) {
  Object.assign(state, { config, session });
  if (query.has("subscribed")) state.waitingUntil = Date.now() + WAIT_AT_MOST;
  for (const [name, text] of Object.entries(RETURNED)) if (query.has(name)) say("note", text);
  state.plans = await api.plans();
  await refresh();
  if (!isSignedIn()) return;
  byId("standing").textContent = mayManage() ? "" : NOT_ALLOWED;
  byId("billing").hidden = false;
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  setTimeout(poll, POLL_EVERY);
  await showPaymentMethods(mayManage());
}

const mayManage = () => state.billing?.billingAdmin ?? false;

const planName = (itemPriceId) => state.plans.find((plan) => plan.itemPriceId === itemPriceId)?.name ?? itemPriceId;

async function poll() {
  if (!document.hidden && isSignedIn()) await refresh();
  const pages = state.billing?.requiredActions.length;
  if (isSignedIn()) setTimeout(poll, pages ? POLL_EVERY_WITH_PAGES : POLL_EVERY);
}

/** Only the newest read is drawn: an older one may be answered after it. */
async function refresh() {
  const turn = ++state.reads;
  try {
    const billing = await api.billing();
    hush("offline");
    if (turn !== state.reads) return;
    state.billing = billing;
    render();
    await showWallet(billing, currencyOf(billing, state.plans), mayManage());
  } catch (error) {
    if (error instanceof TypeError) say("offline", "The app cannot be reached. Trying again…");
    else showError(error);
  }
}

function render() {
  const { organization, subscriptions, entitlements, requiredActions } = state.billing;
  const live = liveOf(subscriptions);
  const waiting = !live && Date.now() < state.waitingUntil;
  if (live && state.waitingUntil) say("good", `You are on ${live.plan ?? live.itemPriceId}. Thank you!`);
  if (live) state.waitingUntil = 0;

  // What was just paid looks unfinished until that is confirmed.
  const toDo = requiredActions.filter(({ type }) => !(waiting && type === "finish_checkout"));
  draw("required", toDo, () => toDo.map((action) => requiredAction(action, mayManage(), planName)));
  const actions = mayManage() && { portal: act(openPortal), cancel: act(cancel), restore: act(restore) };
  draw("subscription", { live, waiting }, () => subscriptionCard(live, { waiting, actions }));
  byId("subscription").ariaBusy = waiting;
  draw("usage", entitlements, () => usageList(entitlements));
  drawReport(entitlements);
  const choose = mayManage() && ((wish) => openCheckout(live, wish));
  const offer = { live, trialUsed: organization.trialUsedAt !== null };
  draw("plans", offer, () => state.plans.map((plan) => planCard(plan, { ...offer, choose })));
}

function drawReport(entitlements) {
  const feature = Object.keys(entitlements).find((name) => entitlements[name].balance);
  byId("report").hidden = !feature || !mayManage();
  draw("report-command", feature, () => feature && reportCommand(state.session.organizationId, feature, state.config));
}

async function openCheckout(live, wish) {
  const { url } = await (live ? api.update(wish) : api.create(wish));
  location.assign(url);
}

async function openPortal() {
  location.assign((await api.portal()).url);
}

async function cancel() {
  if (!(await confirmed("cancel-dialog"))) return;
  await api.cancel();
  await refresh();
}

async function restore() {
  await api.restore();
  await refresh();
}

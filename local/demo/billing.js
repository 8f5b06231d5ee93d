// The organization's billing: one read shows it, and the page follows what changes without being reloaded.

import { act, confirmed, showError } from "./acting.js";
import { api } from "./api.js";
import { showBackstage } from "./backstage.js";
import { showChoices } from "./choosing.js";
import { byId, draw, hush, say } from "./dom.js";
import { showInvoices } from "./invoices.js";
import { cameBack, follow, isAwaited } from "./news.js";
import { showPaymentMethods } from "./payment_methods.js";
import { explained } from "./problems.js";
import { reportCommand } from "./report_usage.js";
import { requiredAction } from "./required_action.js";
import { comeBack } from "./returning.js";
import { hasEnded, isSignedIn } from "./session.js";
import { liveOf, subscriptionCard } from "./subscription_card.js";
import { plannedLimits, usageList } from "./usage.js";
import { showUsageHistory } from "./usage_history.js";
import { verdictsOf } from "./usage_left.js";
import { currencyOf, showWallet } from "./wallet.js";

const POLL_EVERY = 2000;
// With something to do, each read asks Chargebee for the pages to do it on; a test site allows 150 calls a minute.
const POLL_EVERY_WITH_PAGES = 6000;
const NOT_ALLOWED = "Only an admin of your organization can change billing.";

const state = { config: null, catalog: null, billing: null, verdicts: {}, reads: 0 };

export async function showBilling(config, query) {
  state.config = config;
  cameBack(query);
  await refresh();
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  setTimeout(poll, POLL_EVERY);
}

const mayManage = () => state.billing.billingAdmin;

const planOf = (itemPriceId) => state.catalog.plans.find((plan) => plan.itemPriceId === itemPriceId);
const planName = (itemPriceId) => planOf(itemPriceId)?.name ?? itemPriceId;

async function poll() {
  if (!document.hidden && isSignedIn()) await refresh();
  const pages = state.billing?.requiredActions.length;
  if (isSignedIn()) setTimeout(poll, pages ? POLL_EVERY_WITH_PAGES : POLL_EVERY);
}

/** Only the newest read is drawn: an older one may be answered after it. */
async function refresh() {
  const turn = ++state.reads;
  try {
    const [catalog, billing] = await Promise.all([state.catalog ?? api.plans.list(), api.organizations.billing()]);
    hush("offline");
    if (turn !== state.reads) return;
    const first = !state.billing;
    Object.assign(state, { catalog, billing });
    render();
    comeBack();
    if (first) showPaymentMethods(mayManage());
    if (first) showBackstage(billing.organization.id);
    const cap = await showWallet(billing, currencyOf(billing, catalog.plans), mayManage());
    comeBack();
    state.verdicts = await verdictsOf(billing.entitlements, [billing.wallets, cap]);
    drawUsage();
    await showUsageHistory(billing.entitlements);
  } catch (error) {
    if (hasEnded(error)) showError(error);
    else offline(error);
  }
}

function offline(error) {
  const { text, detail } = explained(error);
  say("offline", `${text} What you see may be old. Trying again…`, detail);
}

function render() {
  const { organization, subscriptions, wallets, entitlements, requiredActions } = state.billing;
  const live = liveOf(subscriptions);
  follow({ live, wallets, dues: requiredActions.some(({ type }) => type === "pay") });
  const waiting = !live && isAwaited("subscribed");
  byId("organization").textContent = organization.displayName || organization.id;
  byId("standing").textContent = mayManage() ? "" : NOT_ALLOWED;

  // What was just paid looks unfinished until that is confirmed.
  const toDo = requiredActions.filter(({ type }) => !(waiting && type === "finish_checkout"));
  draw("required", toDo, () => toDo.map((action) => requiredAction(action, mayManage(), planName)));
  const shown = { waiting, actions: actionsOf(live), ...namesOf(live) };
  draw("subscription", { live, waiting }, () => subscriptionCard(live, shown));
  byId("subscription").ariaBusy = waiting;
  drawUsage();
  if (mayManage()) showInvoices([subscriptions, wallets]);
  drawReport(organization.id, entitlements);
  showChoices(state.catalog, { live, trialUsed: organization.trialUsedAt !== null, mayManage: mayManage() });
}

function actionsOf(live) {
  if (!mayManage()) return null;
  const restored = (what) => act(() => restore({ subscriptionId: live.id, ...what }));
  return {
    portal: act(openPortal),
    cancel: act(() => cancel(live)),
    restore: restored({}),
    withdraw: restored({ scheduled: "change" }),
  };
}

function namesOf(live) {
  const { plans, addons } = state.catalog;
  const bought = addons.filter(({ itemPriceId }) => live?.items.some((item) => item.itemPriceId === itemPriceId));
  const free = plans.find((plan) => plan.default)?.name;
  return { price: planOf(live?.itemPriceId)?.price, addons: bought.map(({ name }) => name), free };
}

function drawUsage() {
  const { subscriptions, entitlements } = state.billing;
  const live = liveOf(subscriptions);
  const plan = live ? planOf(live.itemPriceId) : state.catalog.plans.find((each) => each.default);
  const shown = { planned: plannedLimits(plan, live?.seats ?? 1), verdicts: state.verdicts };
  draw("usage", { entitlements, ...shown }, () => usageList(entitlements, { ...shown, mayManage: mayManage() }));
}

function drawReport(organizationId, entitlements) {
  const feature = Object.keys(entitlements).find((name) => entitlements[name].balance);
  byId("report").hidden = !feature || !mayManage();
  draw("report-command", feature, () => feature && reportCommand(organizationId, feature, state.config));
}

async function openPortal() {
  location.assign((await api.subscriptions.portal({ returnUrl: "/" })).url);
}

async function cancel({ id, status }) {
  byId("cancel-until").textContent = status === "in_trial" ? "end of the trial" : "end of the period that is paid for";
  if (!(await confirmed("cancel-dialog"))) return;
  await api.subscriptions.cancel({ subscriptionId: id });
  await refresh();
}

async function restore(what) {
  await api.subscriptions.restore(what);
  await refresh();
}

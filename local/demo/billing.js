// The organization's billing: one read shows it, and the page follows what changes without being reloaded.

import { act, confirmed, showError } from "./acting.js";
import { api } from "./api.js";
import { showBackstage } from "./backstage.js";
import { showChoices } from "./choosing.js";
import { button, byId, draw, hush, keepSaying } from "./dom.js";
import { showGrants } from "./grants.js";
import { showInvoices } from "./invoices.js";
import { cameBack, follow, isAwaited } from "./news.js";
import { showPaymentMethods } from "./payment_methods.js";
import { explained } from "./problems.js";
import { reportCommand } from "./report_usage.js";
import { requiredAction } from "./required_action.js";
import { comeBack } from "./returning.js";
import { hasEnded, isSignedIn } from "./session.js";
import { livesOf, nameOf, noSubscription, subscriptionCard } from "./subscription_card.js";
import { usageList } from "./usage.js";
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
    await showGrants(billing.entitlements);
    await showUsageHistory(billing.entitlements);
  } catch (error) {
    if (hasEnded(error)) showError(error);
    else offline(error);
  }
}

function offline(error) {
  const { text, detail } = explained(error);
  keepSaying("offline", `${text} What you see may be old. Trying again…`, detail);
}

function render() {
  const { organization, subscriptions, wallets, entitlements, requiredActions } = state.billing;
  const lives = livesOf(subscriptions);
  follow({ lives, wallets, dues: requiredActions.some(({ type }) => type === "pay") });
  const waiting = isAwaited("subscribed");
  byId("organization").textContent = organization.displayName || organization.id;
  byId("standing").textContent = mayManage() ? "" : NOT_ALLOWED;
  draw("portal", mayManage(), () => mayManage() && button("Manage billing", "plain", act(openPortal)));

  // What was just paid looks unfinished until that is confirmed.
  const toDo = requiredActions.filter(({ type }) => !(waiting && type === "finish_checkout"));
  draw("required", toDo, () => toDo.map((action) => requiredAction(action, mayManage(), planName)));
  draw("subscription", { lives, waiting }, () => cards(lives, waiting));
  byId("subscription").ariaBusy = waiting;
  drawUsage();
  if (mayManage()) showInvoices([subscriptions, wallets]);
  drawReport(organization.id, entitlements);
  showChoices(state.catalog, { lives, trialUsed: organization.trialUsedAt !== null, mayManage: mayManage() });
}

function cards(lives, waiting) {
  const free = state.catalog.plans.find((plan) => plan.default)?.name;
  const shown = (live) => subscriptionCard(live, { actions: actionsOf(live), ...soldAs(live) });
  const other = (waiting || !lives.length) && noSubscription({ waiting, free, mayManage: mayManage() });
  return [other, lives.map(shown)];
}

function actionsOf(live) {
  if (!mayManage()) return null;
  const restored = (what) => act(() => restore({ subscriptionId: live.id, ...what }));
  return {
    cancel: act(() => cancel(live)),
    restore: restored({}),
    withdraw: restored({ scheduled: "change" }),
  };
}

function soldAs({ itemPriceId, items }) {
  const { price, line } = planOf(itemPriceId) ?? {};
  const bought = state.catalog.addons.filter((addon) => items.some((item) => item.itemPriceId === addon.itemPriceId));
  return { price, line, addons: bought.map(({ name }) => name) };
}

function drawUsage() {
  const { entitlements } = state.billing;
  const shown = { verdicts: state.verdicts, mayManage: mayManage() };
  draw("usage", { entitlements, ...shown }, () => usageList(entitlements, shown));
}

function drawReport(organizationId, entitlements) {
  const feature = Object.keys(entitlements).find((name) => entitlements[name].balance);
  byId("report").hidden = !feature || !mayManage();
  draw("report-command", feature, () => feature && reportCommand(organizationId, feature, state.config));
}

async function openPortal() {
  location.assign((await api.subscriptions.portal({ returnUrl: "/" })).url);
}

async function cancel(live) {
  const { id, status } = live;
  byId("cancel-title").textContent = `Cancel ${nameOf(live)}?`;
  byId("cancel-until").textContent = status === "in_trial" ? "end of the trial" : "end of the period that is paid for";
  if (!(await confirmed("cancel-dialog"))) return;
  await api.subscriptions.cancel({ subscriptionId: id });
  await refresh();
}

async function restore(what) {
  await api.subscriptions.restore(what);
  await refresh();
}

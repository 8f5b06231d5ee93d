// The organization's billing: one read shows it, and the page follows what changes without being reloaded.

import { act, confirmed, showError } from "./acting.js";
import { api, back } from "./api.js";
import { showBackstage } from "./backstage.js";
import { byId, draw, hush, say } from "./dom.js";
import { familiesOf, periodsOf, priceFor } from "./families.js";
import { showInvoices } from "./invoices.js";
import { cameBack, expect, follow, isAwaited } from "./news.js";
import { showPaymentMethods } from "./payment_methods.js";
import { periodSwitch } from "./period_switch.js";
import { planCard } from "./plan_card.js";
import { explained } from "./problems.js";
import { reportCommand } from "./report_usage.js";
import { requiredAction } from "./required_action.js";
import { comeBack } from "./returning.js";
import { hasEnded, isSignedIn } from "./session.js";
import { liveOf, subscriptionCard } from "./subscription_card.js";
import { usageList } from "./usage.js";
import { showUsageHistory } from "./usage_history.js";
import { currencyOf, showWallet } from "./wallet.js";

const POLL_EVERY = 2000;
// With something to do, each read asks Chargebee for the pages to do it on; a test site allows 150 calls a minute.
const POLL_EVERY_WITH_PAGES = 6000;
const NOT_ALLOWED = "Only an admin of your organization can change billing.";

const state = { config: null, plans: null, billing: null, period: null, reads: 0 };

export async function showBilling(config, query) {
  state.config = config;
  cameBack(query);
  await refresh();
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  setTimeout(poll, POLL_EVERY);
}

const mayManage = () => state.billing.billingAdmin;

const planOf = (itemPriceId) => state.plans.find((plan) => plan.itemPriceId === itemPriceId);
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
    const catalog = state.plans ? state : api.plans.list();
    const [{ plans }, billing] = await Promise.all([catalog, api.organizations.billing()]);
    hush("offline");
    if (turn !== state.reads) return;
    const first = !state.billing;
    Object.assign(state, { plans, billing });
    render();
    if (first) showPaymentMethods(mayManage()).then(comeBack);
    if (first) showBackstage(billing.organization.id);
    await showWallet(billing, currencyOf(billing, plans), mayManage());
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
  const actions = mayManage() && { portal: act(openPortal), cancel: act(() => cancel(live)), restore: act(restore) };
  const shown = { price: planOf(live?.itemPriceId)?.price, free: state.plans.find((plan) => plan.default)?.name };
  draw("subscription", { live, waiting }, () => subscriptionCard(live, { waiting, actions, ...shown }));
  byId("subscription").ariaBusy = waiting;
  draw("usage", entitlements, () => usageList(entitlements, mayManage()));
  showUsageHistory(organization.id, entitlements);
  if (mayManage()) showInvoices([subscriptions, wallets]);
  drawReport(organization.id, entitlements);
  drawPlans(live, organization.trialUsedAt !== null);
}

function drawReport(organizationId, entitlements) {
  const feature = Object.keys(entitlements).find((name) => entitlements[name].balance);
  byId("report").hidden = !feature || !mayManage();
  draw("report-command", feature, () => feature && reportCommand(organizationId, feature, state.config));
}

function drawPlans(live, trialUsed) {
  const families = familiesOf(state.plans);
  const period = state.period ?? planOf(live?.itemPriceId)?.price?.period ?? periodsOf(families)[0];
  const choosePeriod = (chosen) => {
    state.period = chosen;
    drawPlans(live, trialUsed);
  };
  draw("period", period, () => periodSwitch(families, period, choosePeriod));
  const choose = mayManage() && ((wish) => openCheckout(live, wish));
  const card = (prices) => planCard(prices, priceFor(prices, period), { live, trialUsed, choose });
  draw("plans", { live, trialUsed, period }, () => families.map(card));
}

async function openCheckout(live, wish) {
  const { create, update } = api.subscriptions;
  const [open, news] = live ? [update, "changed"] : [create, "subscribed"];
  const { url } = await open({ ...wish, ...back(news) });
  expect(news, wish);
  location.assign(url);
}

async function openPortal() {
  location.assign((await api.subscriptions.portal({ returnUrl: "/" })).url);
}

async function cancel({ status }) {
  byId("cancel-until").textContent = status === "in_trial" ? "end of the trial" : "end of the period that is paid for";
  if (!(await confirmed("cancel-dialog"))) return;
  await api.subscriptions.cancel({});
  await refresh();
}

async function restore() {
  await api.subscriptions.restore({});
  await refresh();
}

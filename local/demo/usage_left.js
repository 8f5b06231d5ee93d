// Where an allowance is used up: whether use goes on, and if it does not, what stops it.

import { api } from "./api.js";
import { byId, el } from "./dom.js";

let read = { seen: null, verdicts: {} };

export const isSpent = (balance) =>
  balance && !balance.unlimited && Number(balance.usage) + Number(balance.held) >= Number(balance.limit);

/** The API's own answer for each feature that is used up, asked again when the `entitlements` or `paying` changed. */
export async function verdictsOf(entitlements, paying) {
  const seen = JSON.stringify([entitlements, paying]);
  if (seen === read.seen) return read.verdicts;
  const spent = Object.keys(entitlements).filter((feature) => isSpent(entitlements[feature].balance));
  const verdict = async (feature) => [feature, await api.metering.entitlement(feature, { required: 1 })];
  read = { seen, verdicts: Object.fromEntries(await Promise.all(spent.map(verdict))) };
  return read.verdicts;
}

/** What somebody may do about it. */
export function nothingLeft({ allowed, reason }, mayManage) {
  if (allowed) return el("p.soft", {}, "Use goes on: what is beyond the plan is paid for.");
  if (reason === "spending_cap") {
    const onclick = () => byId("spending-cap").setAttribute("open", "");
    const link = el("a", { href: "#spending-cap", onclick }, "Change the cap");
    return said("Stopped by your spending cap.", mayManage && link);
  }
  return said("Used up.", mayManage && el("a", { href: "#plans-title" }, "See the plans with more"));
}

const said = (text, link) => el("p.bad", {}, text, " ", link);

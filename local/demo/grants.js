// What was given to the organization beside what it has bought.

import { api } from "./api.js";
import { draw, el } from "./dom.js";
import { count, date } from "./format.js";
import { inSentence, nameOf } from "./usage.js";

let seen = null;

/** Read when there is another limit, or another feature. */
export async function showGrants(entitlements) {
  const now = JSON.stringify(Object.entries(entitlements).map(([name, { balance }]) => [name, balance?.limit]));
  if (seen === now) return;
  const { grants } = await api.metering.ownGrants();
  seen = now;
  draw("grants", grants, () => grants.length > 0 && listOf(grants));
}

const listOf = (grants) => [
  el("p.soft", {}, "Given beside the plan:"),
  el("ul.soft", {}, grants.map((grant) => el("li", {}, said(grant)))),
];

function said({ feature, units, limit, endsAt }) {
  const end = endsAt ? `, until ${date(endsAt)}` : "";
  if (units) return `${count(Number(units))} more ${inSentence(feature)}, once${end}`;
  if (limit === "unlimited") return `Unlimited ${inSentence(feature)}${end}`;
  return `${limit === null ? nameOf(feature) : `At least ${count(Number(limit))} ${inSentence(feature)}`}${end}`;
}

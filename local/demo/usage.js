// What the plan grants, and how much of it is used. Only a backend reports usage; a browser never does.

import { el } from "./dom.js";
import { count, date } from "./format.js";
import { isSpent, nothingLeft } from "./usage_left.js";

const ACRONYMS = /\b(ai|api|saml|scim|sla|sms|sso)\b/gi;

// The API knows features by id, and the page knows none of them beforehand: `api-calls` is read as "API calls".
export function nameOf(feature) {
  const words = feature.replaceAll("-", " ").replace(ACRONYMS, (word) => word.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Within a sentence: "40 reports", and still "40 API calls". */
export function inSentence(feature) {
  const name = nameOf(feature);
  return /^[A-Z]{2}/.test(name) ? name : name.charAt(0).toLowerCase() + name.slice(1);
}

/** `entitlements` by feature: the balance of a counted one, null for one that is only on or off. `verdicts` say
 * of what is used up whether use goes on. */
export function usageList(entitlements, { verdicts, mayManage }) {
  const features = Object.entries(entitlements);
  const counted = features.filter(([, { balance }]) => balance);
  const granted = features.filter(([, { balance }]) => !balance);
  if (!features.length) return el("p.soft", {}, "The plan grants no features.");
  return [
    counted.map(([feature, { balance }]) =>
      meter(nameOf(feature), inNumbers(balance), isSpent(balance) && verdicts[feature], mayManage),
    ),
    granted.length > 0 && el("ul.ticks", {}, granted.map(([feature]) => el("li.tick", {}, nameOf(feature)))),
  ];
}

/** What is counted in fractions comes as text. */
function inNumbers({ limit, usage, held, rolledOver = 0, ...balance }) {
  const numbers = { usage: Number(usage), held: Number(held), rolledOver: Number(rolledOver) };
  return { ...balance, ...numbers, limit: limit && Number(limit) };
}

function meter(name, { limit, usage, held, rolledOver, unlimited, nextResetAt }, verdict, mayManage) {
  const used = unlimited ? `${count(usage)} used` : `${count(usage)} of ${count(limit)}`;
  const facts = [
    !unlimited && remainder(limit - usage - held),
    held > 0 && `${count(held)} reserved`,
    rolledOver > 0 && `${count(rolledOver)} rolled over`,
    nextResetAt && `starts over on ${date(nextResetAt)}`,
  ].filter(Boolean);
  return el(
    "div.meter",
    {},
    el("div.meter-title", {}, el("strong", {}, name), el("span", {}, used)),
    unlimited ? el("span.badge.good", {}, "Unlimited") : bar(name, used, { limit, usage, held }),
    el("p.soft", {}, facts.join(" · ")),
    verdict && nothingLeft(verdict, mayManage),
  );
}

const remainder = (left) => (left < 0 ? `${count(-left)} beyond the plan` : `${count(left)} left`);

function bar(name, used, { limit, usage, held }) {
  const share = (quantity) => (limit ? Math.min(100, (quantity / limit) * 100) : 100);
  const filled = share(usage);
  const attributes = {
    role: "meter",
    "aria-label": name,
    "aria-valuemin": 0,
    "aria-valuemax": limit,
    "aria-valuenow": Math.min(usage, limit),
    "aria-valuetext": held ? `${used}, ${count(held)} reserved` : used,
  };
  return el(
    `div.bar${usage + held >= limit ? ".full" : ""}`,
    attributes,
    el("span.used", { style: `width: ${filled}%` }),
    el("span.held", { style: `width: ${Math.min(100 - filled, share(held))}%` }),
  );
}

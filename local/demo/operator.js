// How the local stack is: what an operator would look at, and what they can do about a dead letter.

import { act } from "./acting.js";
import { marginCharts } from "./margin.js";
import { button, byId, draw, el, hush, keepSaying } from "./dom.js";
import { count } from "./format.js";
import { offerGiving } from "./giving.js";
import { ask } from "./local.js";
import { explained } from "./problems.js";
import { table, timeOf } from "./table.js";
import { nameOf } from "./usage.js";

const POLL_EVERY = 3000;
const TONES = { ringing: "bad", quiet: "good" };
const LETTER_HEADS = ["Queue", "Organization", "Event", "Why", "What to do"];

async function follow() {
  for (;;) {
    if (!document.hidden) await look();
    await new Promise((done) => setTimeout(done, POLL_EVERY));
  }
}

async function look() {
  try {
    const overview = await ask("GET", "overview");
    show(overview);
    hush("offline");
    await offerGiving(overview.organizations);
  } catch (error) {
    keepSaying("offline", `${explained(error).text} Trying again…`);
  }
}

function show({ alarms, queues, organizations, drift, hooks, reached }) {
  draw("margin", organizations.map(({ days }) => days), () => marginCharts(organizations));
  draw("alarms", alarms, () => alarmList(alarms));
  draw("queues", queues, () => [queueTable(queues), lettersButton(queues)]);
  draw("organizations", organizations, () => organizationTable(organizations));
  draw("drift", drift, () => driftTable(drift));
  draw("hooks", hooks, () => hookTable(hooks));
  draw("reached", reached, () => reachedTable(reached));
}

function reachedTable(reached) {
  if (!reached.length) return el("p.soft", {}, "No use reached an alert within the hour.");
  const rows = reached.map(({ at, organization, feature, percent }) => [
    el("td", {}, timeOf(at)),
    el("td", {}, organization),
    el("td", {}, nameOf(feature)),
    el("td", {}, percent ? `${percent}%` : el("span.badge.warn", {}, "used up")),
  ]);
  return table("Alerts of usage", ["When (UTC)", "Organization", "Feature", "Reached"], rows);
}

function alarmList(alarms) {
  const ringing = alarms.filter(({ state }) => state === "ringing");
  const others = alarms.filter(({ state }) => state !== "ringing");
  const item = ({ name, state, description }) =>
    el(
      "li",
      {},
      el("strong", {}, name),
      " ",
      el(`span.badge.${TONES[state] ?? "calm"}`, {}, state),
      el("p.soft", {}, description),
    );
  return [
    ringing.length ? el("ul.alarms", {}, ringing.map(item)) : el("p.soft", {}, "None."),
    el("details", {}, el("summary", {}, `${others.length} others`), el("ul.alarms", {}, others.map(item))),
  ];
}

const number = (value) => el("td", {}, value == null ? "–" : count(value));

function queueTable(queues) {
  const rows = queues.map(({ queue, waiting, underWay, dead }) => [
    el("td", {}, queue),
    number(waiting),
    number(underWay),
    el("td", {}, dead ? el("span.badge.bad", {}, count(dead)) : "0"),
  ]);
  return table("Queues", ["Queue", "Waiting", "Under way", "Dead letters"], rows);
}

function lettersButton(queues) {
  const dead = queues.reduce((sum, each) => sum + each.dead, 0);
  if (!dead) byId("letters").replaceChildren();
  return dead > 0 && button("List the dead letters", "plain", act(listLetters));
}

async function listLetters() {
  const { letters } = await ask("GET", "dead-letters");
  const rows = letters.map((letter) => [
    el("td", {}, letter.queue),
    el("td", {}, letter.organization),
    el("td", {}, letter.event),
    el("td", {}, letter.reason),
    el("td", {}, el("div.actions", {}, letterButtons(letter))),
  ]);
  byId("letters").replaceChildren(rows.length ? table("Dead letters", LETTER_HEADS, rows) : "They are gone.");
}

function letterButtons({ id, event }) {
  const then = (path, more) =>
    act(async () => {
      await ask("POST", path, { id, ...more });
      await Promise.all([listLetters(), look()]);
    });
  const again = button("Redrive", "small", then("dead-letters/redrive"));
  const away = button("Discard", "small", then("dead-letters/discard", { reason: "discarded on the operator's page" }));
  again.ariaLabel = `Redrive ${event}`;
  away.ariaLabel = `Discard ${event}`;
  return [again, away];
}

function organizationTable(organizations) {
  const rows = organizations.map(({ id, name, plan, customer, deleted, row }) => [
    el("td", {}, el("strong", {}, name || "–"), deleted && el("span.badge.warn", {}, "deleted"), el("small", {}, id)),
    el("td", {}, plan || "no subscription"),
    el("td", {}, customer || "none yet"),
    el("td", {}, documentOf(row, `the row of ${id}`)),
  ]);
  return table("Organizations", ["Organization", "Plan", "Customer", "Row"], rows);
}

function driftTable(drift) {
  if (!drift.length) return el("p.soft", {}, "Nothing was reconciled within the hour.");
  const rows = drift.map(({ at, what, found }) => [
    el("td", {}, timeOf(at)),
    el("td", {}, what.replaceAll("_", " ")),
    el("td", {}, documentOf(found, `what was found at ${timeOf(at)}`)),
  ]);
  return table("Found by reconciling", ["When (UTC)", "What", "Found"], rows);
}

function hookTable(hooks) {
  if (!hooks.length) return el("p.soft", {}, "No hook was called within the hour.");
  const rows = hooks.map(({ at, hook, organization, key, tries, outcome }) => [
    el("td", {}, timeOf(at)),
    el("td", {}, hook, el("small", {}, key)),
    el("td", {}, organization),
    el("td", {}, el(`span.badge.${outcome === "done" ? "good" : "bad"}`, {}, outcome), tries && ` try ${tries}`),
  ]);
  return table("Calls of hooks", ["When (UTC)", "Hook", "Organization", "Outcome"], rows);
}

function documentOf(document, name) {
  const text = el("code", {}, JSON.stringify(document, null, 2));
  return el("details", {}, el("summary", { "aria-label": `Show ${name}` }, "Show"), el("pre", { tabindex: 0 }, text));
}

await follow();

// What just happened to the organization, behind the page: each line with what caused it, and its document.

import { byId, el } from "./dom.js";
import { ask } from "./local.js";
import { explained } from "./problems.js";
import { isSignedIn } from "./session.js";

const POLL_EVERY = 2000;
const STAGES = {
  request: "Request",
  call: "Call to Chargebee",
  read: "Read from Chargebee",
  sent: "Webhook sent",
  accepted: "Accepted",
  applied: "Processed",
  changed: "Changed",
  bus: "On the bus",
  hook: "Hook called",
  failed: "Failed",
  note: "Noted",
};
const GOOD = ["applied", "delivered", "200", "201", "202"];
const HARMLESS = ["stale", "duplicate", "ignored", "resync", "orphan", "in the queue", "under way"];

const drawn = new Map();

/** Look again as long as somebody looks at the page. */
export async function followTimeline(organizationId) {
  for (;;) {
    if (!document.hidden && isSignedIn()) await look(organizationId);
    await new Promise((done) => setTimeout(done, POLL_EVERY));
  }
}

async function look(organizationId) {
  const [rows, trouble] = await ask("GET", "timeline", { organization: organizationId }).then(
    (answer) => [answer.rows, ""],
    (error) => [null, `What happened cannot be read: ${explained(error).text} Trying again…`],
  );
  if (rows) draw(told(rows));
  const unread = byId("timeline-unread");
  if (unread.textContent !== trouble) unread.textContent = trouble;
}

/** With what the rows say of each other: what is accepted and not processed yet is in the queue. */
function told(rows) {
  const titles = new Map(rows.map((row) => [row.id, row]));
  return rows.map((row) => {
    const effects = rows.filter(({ cause }) => cause === row.id).reverse();
    const queued = row.stage === "accepted" && !effects.length;
    return { ...row, outcome: queued ? "in the queue" : row.outcome, cause: titles.get(row.cause), effects };
  });
}

/** Rows that are as they were stay where they are, opened and focused. */
function draw(rows) {
  const list = byId("timeline");
  const kept = new Set(rows.map(({ id }) => id));
  for (const [id, { item }] of drawn) if (!kept.has(id)) item.remove();
  let next = list.firstChild;
  for (const row of rows) {
    const item = itemOf(row);
    if (item === next) next = next.nextSibling;
    else list.insertBefore(item, next);
  }
}

function itemOf(row) {
  const seen = JSON.stringify([row.outcome, row.cause?.id, row.effects.map(({ id }) => id)]);
  const before = drawn.get(row.id);
  if (before?.seen === seen) return before.item;
  const item = before?.item ?? el("li", { id: `row-${row.id}` });
  const [open, focused] = [item.querySelector("details")?.open, item.contains(document.activeElement)];
  item.className = `${row.stage} ${toneOf(row)}`;
  item.replaceChildren(lineOf(row, open));
  if (focused) item.querySelector("summary").focus();
  drawn.set(row.id, { seen, item });
  return item;
}

function lineOf(row, open) {
  const details = el(
    "details",
    { open },
    el(
      "summary",
      {},
      el("span.stage", {}, STAGES[row.stage]),
      el("time", {}, timeOf(row.at)),
      el("strong", {}, row.title),
      row.outcome && el("span.badge", {}, row.outcome),
    ),
    row.cause && el("p.links", {}, "Because of ", linkTo(row.cause)),
    row.effects.length > 0 && el("p.links", {}, "Led to ", row.effects.map(linkTo)),
    el("pre", { tabindex: 0 }, el("code", {}, JSON.stringify(row.document, null, 2))),
  );
  return details;
}

function linkTo({ id, stage, title }) {
  const onclick = () => {
    const item = byId(`row-${id}`);
    item.firstChild.open = true;
    item.querySelector("summary").focus();
    item.scrollIntoView({ block: "nearest" });
  };
  return el("button.link", { type: "button", onclick }, `${STAGES[stage].toLowerCase()}: ${title}`);
}

function toneOf({ stage, outcome }) {
  if (stage === "failed" || outcome === "dropped") return "bad";
  if (!outcome || GOOD.includes(outcome)) return outcome ? "good" : "calm";
  return HARMLESS.includes(outcome) ? "warn" : "bad";
}

const timeOf = (milliseconds) => new Date(milliseconds).toISOString().slice(11, 23);

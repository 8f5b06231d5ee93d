// Tables that fit a phone, and times in them.

import { el } from "./dom.js";

/** Each row is a list of its cells. A table that is wider than the page can be scrolled by keyboard too. */
export function table(name, heads, rows) {
  const head = el("thead", {}, el("tr", {}, heads.map((text) => el("th", { scope: "col" }, text))));
  const body = el("tbody", {}, rows.map((cells) => el("tr", {}, cells)));
  return el("div.scroll", { tabindex: 0, role: "group", "aria-label": name }, el("table", {}, head, body));
}

export const timeOf = (milliseconds) => new Date(milliseconds).toISOString().slice(11, 19);

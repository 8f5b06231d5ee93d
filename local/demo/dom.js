// Elements without a framework. Text is always set as text, never as markup.

export const byId = (id) => document.getElementById(id);

/** `el("p.lead", {title: "…"}, "text", child)`: attributes by name, `on…` as listeners, empty children left out. */
export function el(selector, attributes = {}, ...children) {
  const [tag, ...classes] = selector.split(".");
  const element = document.createElement(tag);
  element.classList.add(...classes);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...present(children));
  return element;
}

export const button = (label, tone, onclick) => el(`button.${tone}`, { type: "button", onclick }, label);

const present = (children) => [children].flat(Infinity).filter((child) => child != null && child !== false);

const FOCUSABLE = "a, button, input, summary";
const drawn = new Map();

/** Draw a region again only when what it shows has changed. The focus stays where it was in it, what was typed, and what
 * was opened. */
export function draw(id, shown, make) {
  const seen = JSON.stringify(shown);
  if (drawn.get(id) === seen) return;
  drawn.set(id, seen);
  const region = byId(id);
  const place = [...region.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
  const typed = typedIn(region);
  const opened = new Set([...region.querySelectorAll("details[open] > summary")].map(nameOf));
  region.replaceChildren(...present(make()));
  for (const field of fieldsOf(region)) field.value = typed.get(labelOf(field)) ?? field.value;
  for (const summary of region.querySelectorAll("summary")) summary.parentElement.open = opened.has(nameOf(summary));
  if (place >= 0) region.querySelectorAll(FOCUSABLE)[place]?.focus();
}

const nameOf = (summary) => summary.ariaLabel ?? summary.textContent;
const fieldsOf = (region) => [...region.querySelectorAll("input:not([type=radio], [type=checkbox])")];
/** By which a field is found again when it is drawn anew. */
export const labelOf = ({ form, name, id }) => [form?.ariaLabel, name, id].join("\n");

function typedIn(region) {
  const changed = fieldsOf(region).filter(({ value, defaultValue }) => value !== defaultValue);
  return new Map(changed.map((field) => [labelOf(field), field.value]));
}

/** Say something at the top of the page; a later message of the same kind takes its place. */
export function say(kind, text, detail) {
  hush(kind);
  const close = el("button.close", { type: "button", "aria-label": "Dismiss", onclick: () => hush(kind) }, "×");
  const attributes = { "data-kind": kind, role: kind === "error" ? "alert" : null };
  const words = el("p", {}, text, detail && el("code", {}, detail));
  byId("messages").append(el(`div.message.${kind}`, attributes, words, close));
}

/** What lasts is said once: said again, it would be heard again and take the focus from its button. */
export function keepSaying(kind, text, detail) {
  if (!spoken(kind)?.textContent.startsWith(text)) say(kind, text, detail);
}

export const hush = (kind) => spoken(kind)?.remove();

const spoken = (kind) => byId("messages").querySelector(`[data-kind="${kind}"]`);

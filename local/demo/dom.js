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
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

/** Say something at the top of the page; a later message of the same kind takes its place. */
export function say(kind, text, detail) {
  hush(kind);
  const close = el("button.close", { type: "button", "aria-label": "Dismiss", onclick: () => hush(kind) }, "×");
  const attributes = { "data-kind": kind, role: kind === "error" ? "alert" : null };
  byId("messages").append(el(`div.message.${kind}`, attributes, el("p", {}, text, detail && el("code", {}, detail)), close));
}

export const hush = (kind) => byId("messages").querySelector(`[data-kind="${kind}"]`)?.remove();

// One of several, as radio buttons side by side.

import { el } from "./dom.js";

/** `choices` are the labels by value, of which one is `chosen`. */
export function segments(legend, name, choices, chosen, choose) {
  const radio = ([value, label]) => {
    const input = { type: "radio", name, value, checked: value === chosen, onchange: () => choose(value) };
    return el("label", {}, el("input", input), label);
  };
  return el("fieldset.segments", {}, el("legend", {}, legend), Object.entries(choices).map(radio));
}

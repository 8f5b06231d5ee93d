// Where somebody was when the sign-in ended: what they had typed and chosen is there again when they are back.

import { labelOf } from "./dom.js";

const LEFT = "left";

// Of the visit before: what this one leaves is for the next.
let left = JSON.parse(sessionStorage.getItem(LEFT));

/** Remember what was typed and chosen on the page, and the form in which the sign-in turned out to have ended. */
export function leave(place) {
  const form = place?.closest("form[aria-label]");
  const values = fields().filter((field) => isTyped(field) || (form && field.form === form)).map(valueOf);
  if (!values.length) return;
  sessionStorage.setItem(LEFT, JSON.stringify({ form: form?.ariaLabel, values }));
  left = null;
}

/** Whenever more of the page is drawn, until all is there. The form's button waits for the same press: nothing is bought
 * by itself. */
export function comeBack() {
  if (!left) return;
  left.values = left.values.filter((was) => !isThere(was));
  const form = left.form && [...document.forms].find(({ ariaLabel }) => ariaLabel === left.form);
  if (form) {
    form.scrollIntoView({ block: "center" });
    form.querySelector("button").focus();
    left.form = null;
  }
  if (left.form || left.values.length) return;
  left = null;
  sessionStorage.removeItem(LEFT);
}

const fields = () => [...document.querySelectorAll("#billing input")];

function isTyped({ type, value, defaultValue, checked, defaultChecked }) {
  if (type === "radio") return checked;
  return type === "checkbox" ? checked !== defaultChecked : value !== defaultValue;
}

const valueOf = (field) => ({ label: labelOf(field), value: field.value, checked: field.checked });

/** What is chosen is chosen with a click, which draws what depends on it. */
function isThere({ label, value, checked }) {
  const found = fields().find((field) => labelOf(field) === label && (field.type !== "radio" || field.value === value));
  if (!found) return false;
  if (found.checked !== checked) found.click();
  if (found.type !== "radio") found.value = value;
  found.closest("details")?.setAttribute("open", "");
  return true;
}

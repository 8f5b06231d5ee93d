// Where somebody was when the sign-in ended: what they had typed is there again when they are back.

const LEFT = "left";

// Of the visit before: what this one leaves is for the next.
let left = JSON.parse(sessionStorage.getItem(LEFT));

/** Remember what stands in the form in which the sign-in turned out to have ended. */
export function leave(place) {
  if (!place?.matches("form[aria-label]")) return;
  const typed = [...place.elements].filter(({ name }) => name);
  const values = typed.map(({ name, value, checked }) => ({ name, value, checked }));
  sessionStorage.setItem(LEFT, JSON.stringify({ form: place.ariaLabel, values }));
  left = null;
}

/** Whenever more of the page is drawn, until the form is there. Its button waits for the same press: nothing is bought
 * by itself. */
export function comeBack() {
  const form = left && [...document.forms].find(({ ariaLabel }) => ariaLabel === left.form);
  if (!form) return;
  for (const { name, value, checked } of left.values) Object.assign(form.elements[name], { value, checked });
  form.closest("details")?.setAttribute("open", "");
  form.scrollIntoView({ block: "center" });
  form.querySelector("button").focus();
  left = null;
  sessionStorage.removeItem(LEFT);
}

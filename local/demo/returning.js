// Where somebody was when the sign-in ended: what they had typed is there again when they are back.

const LEFT = "left";

/** Remember what stands in the form in which the sign-in turned out to have ended. */
export function leave(place) {
  if (!place?.matches("form[aria-label]")) return;
  const typed = [...place.elements].filter(({ name }) => name);
  const values = typed.map(({ name, value, checked }) => ({ name, value, checked }));
  sessionStorage.setItem(LEFT, JSON.stringify({ form: place.ariaLabel, values }));
}

/** Once the page is drawn. The button waits for the same press: nothing is bought by itself. */
export function comeBack() {
  const left = JSON.parse(sessionStorage.getItem(LEFT));
  const form = [...document.forms].find(({ ariaLabel }) => ariaLabel === left?.form);
  if (!left || !form) return;
  sessionStorage.removeItem(LEFT);
  for (const { name, value, checked } of left.values) Object.assign(form.elements[name], { value, checked });
  form.closest("details")?.setAttribute("open", "");
  form.scrollIntoView({ block: "center" });
  form.querySelector("button").focus();
}

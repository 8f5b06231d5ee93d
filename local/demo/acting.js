// What happens when somebody presses a button, and how they hear of what went wrong: beside that button.

import { byId, el, hush, say } from "./dom.js";
import { explained } from "./problems.js";
import { leave } from "./returning.js";
import { forget, hasEnded, isSignedIn, SignInEnded } from "./session.js";

const PLACES = "form, li, article, section";

/** An action as a listener: its button is busy until it is done, and not disabled, which would take the focus. */
export function act(action) {
  return async ({ currentTarget: button }) => {
    if (button.ariaBusy) return;
    forgetNotes();
    const place = button.closest(PLACES);
    button.ariaBusy = "true";
    try {
      await action();
    } catch (error) {
      showError(error, place);
    } finally {
      button.ariaBusy = null;
    }
  };
}

/** Submit a form as `act` does, under its submit button. What was said of it goes when somebody edits it. */
export function submitted(action) {
  return (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    form.addEventListener("input", forgetNotes, { once: true });
    act(() => action(form.elements))({ currentTarget: event.submitter });
  };
}

/** Say that something worked, beside where it was asked for. */
export const confirm = (place, text) => place.append(el("p.note.good", { role: "status" }, text));

const forgetNotes = () => document.querySelectorAll("p.note").forEach((note) => note.remove());

/** Whether the dialog's question is answered with yes. */
export async function confirmed(dialogId) {
  const dialog = byId(dialogId);
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((closed) => dialog.addEventListener("close", closed, { once: true }));
  return dialog.returnValue === "yes";
}

/** Beside the place where it was asked for; what nobody asked for, and what has lost its place, at the top. */
export function showError(error, place) {
  if (hasEnded(error)) {
    if (place || isSignedIn()) leave(place);
    forget();
    showWelcome();
    return say("note", new SignInEnded().message);
  }
  const { text, next, detail } = explained(error);
  if (!place?.isConnected) return say("error", [text, next].filter(Boolean).join(" "), detail);
  const said = el("p.note.bad", { role: "alert" }, text, next && ` ${next}`, detail && el("code", {}, detail));
  place.append(said);
  said.scrollIntoView({ block: "nearest" });
}

export function showWelcome() {
  byId("billing").hidden = byId("who").hidden = true;
  byId("welcome").hidden = false;
}

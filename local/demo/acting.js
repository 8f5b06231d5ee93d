// What happens when somebody presses a button, and how they hear of what went wrong.

import { byId, hush, say } from "./dom.js";
import { forget, SignInEnded } from "./session.js";

/** An action as a listener: its button is busy until it is done, and not disabled, which would take the focus. */
export function act(action) {
  return async ({ currentTarget: button }) => {
    if (button.ariaBusy) return;
    hush("error");
    button.ariaBusy = "true";
    try {
      await action();
    } catch (error) {
      showError(error);
    } finally {
      button.ariaBusy = null;
    }
  };
}

/** Submit a form as `act` does, under its submit button. */
export function submitted(action) {
  return (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    act(() => action(form.elements))({ currentTarget: event.submitter });
  };
}

/** Whether the dialog's question is answered with yes. */
export async function confirmed(dialogId) {
  const dialog = byId(dialogId);
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((closed) => dialog.addEventListener("close", closed, { once: true }));
  return dialog.returnValue === "yes";
}

/** In the words of the API. */
export function showError(error) {
  if (error instanceof SignInEnded) {
    forget();
    showWelcome();
    return say("note", error.message);
  }
  say("error", error.message, error.code);
}

export function showWelcome() {
  byId("billing").hidden = byId("who").hidden = true;
  byId("welcome").hidden = false;
}

// What may be made to go wrong, with the promise that holds. The lines below it prove the promise once it was done.

import { act } from "./acting.js";
import { button, byId, el } from "./dom.js";
import { ask } from "./local.js";

const AGAIN_AFTER = 2000;

/** Nothing is offered where the real vendor stands. What is away is asked again. */
export async function offerFailures(organizationId) {
  const { failures } = await ask("GET", "failures").catch(() => ({}));
  if (!failures) return setTimeout(offerFailures, AGAIN_AFTER, organizationId);
  byId("failing").hidden = !failures.length;
  byId("failures").replaceChildren(...failures.map((failure) => offer(failure, organizationId)));
}

function offer({ name, label, promise }, organizationId) {
  const told = el("p.soft", { role: "status" }, promise);
  const run = act(async () => {
    told.textContent = "Making it happen…";
    try {
      const { done } = await ask("POST", "failures", { name, organization: organizationId });
      told.replaceChildren(done, " ", el("strong", {}, promise));
    } catch (error) {
      told.textContent = "";
      throw error;
    }
  });
  return el("li", {}, button(label, "small", run), told);
}

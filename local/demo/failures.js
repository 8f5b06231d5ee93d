// What may be made to go wrong, with the promise that holds. The lines below it prove the promise.

import { act } from "./acting.js";
import { button, byId, el } from "./dom.js";

const JSON_TYPE = { "Content-Type": "application/json" };

/** Nothing is offered where the real vendor stands. */
export async function offerFailures(organizationId) {
  const { failures } = await (await fetch("/_local/failures")).json();
  byId("failing").hidden = !failures.length;
  byId("failures").replaceChildren(...failures.map((failure) => offer(failure, organizationId)));
}

function offer({ name, label, promise }, organizationId) {
  const told = el("p.soft", { role: "status" });
  const run = act(async () => {
    told.textContent = "Making it happen…";
    try {
      const { done } = await asked(name, organizationId);
      told.replaceChildren(done, " ", el("strong", {}, promise));
    } catch (error) {
      told.textContent = "";
      throw error;
    }
  });
  return el("li", {}, button(label, "small", run), told);
}

async function asked(name, organization) {
  const query = new URLSearchParams({ name, organization });
  const answer = await fetch(`/_local/failures?${query}`, { method: "POST", headers: JSON_TYPE });
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.error);
  return content;
}

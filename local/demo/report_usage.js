// The call with which a backend reports usage, to copy into a terminal.

import { act } from "./acting.js";
import { button, el } from "./dom.js";

/** Ready to run against the simulator, which mints a machine's token, by the clock of the local stack; elsewhere `$TOKEN`
 * and the time are the backend's own. */
export function reportCommand(organizationId, feature, { scalekitSimulator }) {
  const scopes = `{"scopes": ["usage:write"]}`;
  const token = scalekitSimulator
    ? `$(curl -s ${scalekitSimulator}/_sim/token -d '${scopes}' | cut -d'"' -f4)`
    : "$TOKEN";
  const now = scalekitSimulator ? `$(curl -s ${location.origin}/_local/clock | cut -d' ' -f2 | cut -d, -f1)` : "$(date +%s)";
  const event = `{"id": "'$RANDOM$RANDOM'", "feature": "${feature}", "quantity": 25, "occurredAt": '${now}'}`;
  const command = [
    `curl -s ${location.origin}/api/organizations/${organizationId}/usage`,
    `-H "Authorization: Bearer ${token}"`,
    `-d '{"events": [${event}]}'`,
  ].join(" \\\n  ");
  const copy = button("Copy", "plain", act(async () => {
    await navigator.clipboard.writeText(command);
    copy.textContent = "Copied";
  }));
  return [el("pre", { tabindex: 0 }, el("code", {}, command)), copy];
}

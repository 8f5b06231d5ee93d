import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export async function startBilling({ plans, hooks, command = ["organization-billing-local"] } = {}) {
  const files = Object.entries({ plans, hooks }).flatMap(([name, file]) => (file ? [`--${name}`, path(file)] : []));
  const [program, ...before] = command;
  // Its input ends with this process, however that ends, and the stack with its input.
  const child = spawn(program, [...before, ...files, "--until-input-ends"], { stdio: ["pipe", "pipe", "pipe"] });
  const stack = JSON.parse(await firstLine(child));
  [child, child.stdin, child.stdout, child.stderr].forEach((each) => each.unref());
  return { ...stack, ...acts(stack), stop: () => stop(child) };
}

const path = (file) => (file instanceof URL ? fileURLToPath(file) : file);

function acts({ url, scalekit, chargebee, backend }) {
  const comeToRest = async () => void (await ask(`${url}/_local/rest`));
  const mint = async (wanted) => (await ask(`${scalekit}/_sim/token`, wanted)).access_token;
  const token = (organizationId, { roles = ["admin"], claims = {} } = {}) =>
    mint({ organization_id: organizationId, roles, claims });

  async function subscribe(organizationId, itemPriceId, { seats = 1 } = {}) {
    const authorization = `Bearer ${await token(organizationId)}`;
    const page = await ask(`${url}/api/subscription/create`, { itemPriceId, seats }, { authorization });
    await ask(`${chargebee}/_sim/hosted_pages/${page.id}/pay`);
    await comeToRest();
    return page.subscriptionId;
  }

  return {
    token,
    subscribe,
    comeToRest,
    machineToken: (...scopes) => mint({ client_id: backend.id, scopes }),
    async organization(name = "Acme") {
      const { organization } = await ask(`${scalekit}/_sim/organizations`, { display_name: name });
      await comeToRest();
      return organization.id;
    },
    async advanceClock(seconds) {
      await ask(`${url}/_local/clock?seconds=${seconds}`);
      await comeToRest();
    },
    reset: async () => void (await ask(`${url}/_local/reset`)),
  };
}

async function firstLine(child) {
  let said = "";
  child.stderr.on("data", (part) => (said += part));
  const line = once(createInterface({ input: child.stdout }), "line").then(([first]) => first);
  const over = once(child, "close").then(() => Promise.reject(new Error(`The stack did not start:\n${said}`)));
  return Promise.race([line, over]);
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  child.stdin.end();
  const [status] = await once(child, "exit");
  if (status) throw new Error(`The stack stopped with status ${status}.`);
}

async function ask(url, body = {}, headers = {}) {
  const sent = { "content-type": "application/json", ...headers };
  const answer = await fetch(url, { method: "POST", headers: sent, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`POST ${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

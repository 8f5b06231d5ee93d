// Compiled and never run: what the types allow, and what they refuse.

import { BillingError, createBilling, machine } from "../src/index.js";
import { useBilling, useEntitlement } from "../src/react.js";
import { startBilling } from "../testing/index.js";

const credentials = { environmentUrl: "https://example.scalekit.com", clientId: "m2morg_1", clientSecret: "a secret" };
const billing = createBilling({ url: "https://api.example.com", ...machine(credentials) });

export async function calls(): Promise<void> {
  const { allowed } = await billing.metering.entitlement("exports", { required: 1 }, { signal: AbortSignal.timeout(1000) });
  allowed satisfies boolean;
  const page = await billing.subscriptions.create({ itemPriceId: "growth" });
  page.url satisfies string;
  // @ts-expect-error a plan has to be named
  await billing.subscriptions.create({});
  // @ts-expect-error there is no such field
  await billing.payments.topUp({ amount: 1, currency: "USD", colour: "red" });
  try {
    await billing.send<{ done: boolean }>({ method: "GET", path: "/api/something-new" });
  } catch (error) {
    if (error instanceof BillingError && error.is("exhausted", "plan_required")) error.requestId satisfies string;
    // @ts-expect-error no refusal has that code
    if (error instanceof BillingError && error.is("exausted")) throw error;
  }
}

export function Panel(): string {
  const { allowed, data } = useEntitlement("exports", { required: 1, every: 5 });
  const { loading, error } = useBilling();
  return `${allowed} ${data?.balance?.nextResetAt} ${loading} ${error?.code}`;
}

export async function tests(): Promise<void> {
  const stack = await startBilling({ plans: new URL("plans.toml", import.meta.url) });
  const organizationId = await stack.organization();
  createBilling({ url: stack.url, token: await stack.token(organizationId, { roles: ["member"] }) });
  // @ts-expect-error a subscription is to something
  await stack.subscribe(organizationId);
}

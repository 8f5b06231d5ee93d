// A service that does work for organizations whose plan covers it, and meters what it did.

import express from "express";
import { BillingError, createBilling, machine, newKey } from "organization-billing-client";

const FEATURE = "api-calls";
const {
  BILLING_API_URL: url = "http://127.0.0.1:3000",
  SCALEKIT_ENVIRONMENT_URL: environmentUrl = "http://127.0.0.1:4568",
  BILLING_CLIENT_ID: clientId = "m2morg_local_backend",
  BILLING_CLIENT_SECRET: clientSecret = "test_secret",
  PORT = "8001",
} = process.env;

const billing = createBilling({ url, ...machine({ environmentUrl, clientId, clientSecret }) });

/** The organization that the caller is signed in to, as the token proves it. */
async function authenticate(request, response, next) {
  const token = request.get("authorization")?.replace(/^Bearer /, "") || "none";
  const session = await createBilling({ url, token }).runtime.session();
  response.locals.organizationId = session.organizationId;
  next();
}

/** Lets through who has so much of the feature left. */
const requires = (feature, required) => async (request, response, next) => {
  const { organizationId } = response.locals;
  const { allowed, reason } = await billing.metering.entitlement(feature, { required, organizationId });
  if (allowed) return next();
  response.status(402).json({ error: "The plan does not cover this.", code: reason ?? "exhausted" });
};

const app = express();

app.post("/calls", authenticate, requires(FEATURE, 1), async (request, response) => {
  // The id is made once: a request that is repeated, here or by the client, counts once.
  const use = { id: newKey(), feature: FEATURE, quantity: 1, occurredAt: Math.floor(Date.now() / 1000) };
  const { events: [recorded] } = await billing.metering.recordUsage(response.locals.organizationId, { events: [use] });
  // Another call may have taken what was left between the gate and this.
  if (recorded.result === "refused") return response.status(402).json({ error: "It is used up.", code: recorded.code });
  response.json({ use: use.id });
});

app.use((error, request, response, next) => {
  if (!(error instanceof BillingError)) return next(error);
  if (error.is("unauthenticated", "organization_required") || error.status === 401) {
    return response.status(401).json({ error: error.message, code: error.code });
  }
  // Nobody passes while billing cannot be asked.
  console.error(error);
  response.set("retry-after", String(error.retryAfter ?? 5)).status(503).json({ error: "Try again.", code: "billing_unavailable" });
});

const server = app.listen(Number(PORT), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
process.on("SIGTERM", () => server.close());

"use client";

import { useState } from "react";
import { createBilling } from "organization-billing-client";
import { BillingProvider, useBilling, useEntitlement } from "organization-billing-client/react";
import { renewSession } from "../lib/renewal.js";

/** The page's own origin passes calls on, with the token of the cookie; after a 401 the session is refreshed once. */
const billing = createBilling({ refresh: renewSession });

export function BillingPanel() {
  return (
    <BillingProvider billing={billing}>
      <Overview />
      <form action="/auth/logout" method="post">
        <button>Sign out</button>
      </form>
    </BillingProvider>
  );
}

function Overview() {
  const { data, error, loading } = useBilling({ every: 10 });
  const calls = useEntitlement("api-calls");
  const [refusal, setRefusal] = useState();
  const subscribe = () =>
    billing.subscriptions
      .create({ itemPriceId: "growth", successUrl: "/", cancelUrl: "/" })
      .then(({ url }) => location.assign(url), setRefusal);
  const problem = refusal ?? error;
  return (
    <>
      {problem && <p role="alert">{problem.message}</p>}
      <p>{loading ? "Loading." : `Plan: ${data?.plan ?? "none"}`}</p>
      <p>{calls.allowed ? `API calls left: ${calls.data.balance?.balance ?? "no limit"}` : "No API calls left."}</p>
      {data && data.subscriptions?.length === 0 && <button onClick={subscribe}>Subscribe to Growth</button>}
    </>
  );
}

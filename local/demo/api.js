// The billing API by its own client, with the token of whoever is signed in.

import { createBilling } from "organization-billing-client";
import { accessToken, anotherToken } from "./session.js";

// Tried once: who waits for the answer can press again, and what the page shows is read again by itself.
export const api = createBilling({ token: accessToken, refresh: anotherToken, attempts: 1 });

/** Where a hosted page sends the browser back to; `done` is what the page then waits for. */
export const back = (done) => ({ successUrl: `/?${done}=1`, cancelUrl: "/?cancelled=1" });

// The billing API by its own client, with the token of whoever is signed in.

import { createBilling } from "organization-billing-client";
import { accessToken, anotherToken } from "./session.js";

// Somebody waits for the answer, and can press again.
const PATIENCE = { attempts: 2, longestPause: 2 };

export const api = createBilling({ token: accessToken, refresh: anotherToken, ...PATIENCE });

/** Where a hosted page sends the browser back to; `done` is what the page then waits for. */
export const back = (done) => ({ successUrl: `/?${done}=1`, cancelUrl: "/?cancelled=1" });

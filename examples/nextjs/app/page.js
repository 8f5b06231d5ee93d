// The billing page, for who is signed in. The cookie says no more than that somebody is: the API proves who.

import { cookies } from "next/headers";
import { SESSION, opened } from "../lib/cookies.js";
import { BillingPanel } from "./billing_panel.js";

export default async function Page({ searchParams }) {
  const { error } = await searchParams;
  const session = opened((await cookies()).get(SESSION.name)?.value);
  return (
    <main>
      <h1>Billing</h1>
      {error && <p role="alert">{error}</p>}
      {session ? <BillingPanel /> : <a href="/auth/login">Sign in</a>}
    </main>
  );
}

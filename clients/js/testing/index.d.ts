/** A running stack of one's own: addresses, credentials, and what a test does to it. */
export interface BillingStack {
  /** The API's address. */
  url: string;
  /** The addresses of both vendors' simulators, and of the emulated AWS. */
  chargebee: string;
  scalekit: string;
  aws: string;
  /** A machine client of the team's own backend, which may do everything. */
  backend: { id: string; secret: string };
  /** The directory with the logs of every part. */
  logs: string;
  /** A new organization that Scalekit has told of and that has its customer: its id, which was never there before. */
  organization(name?: string): Promise<string>;
  /** An access token of somebody who is signed in; `admin` without roles. */
  token(organizationId: string, who?: { roles?: string[]; claims?: Record<string, unknown> }): Promise<string>;
  /** An access token of the team's own backend. */
  machineToken(...scopes: string[]): Promise<string>;
  /** Buy as an admin does, and pay on the hosted page: the subscription's id. */
  subscribe(organizationId: string, itemPriceId: string, wish?: { seats?: number }): Promise<string>;
  /** Time goes on for the functions and at Chargebee, and what falls due there on the way happens. */
  advanceClock(seconds: number): Promise<void>;
  /** Returns when every webhook is delivered and every message is worked off. */
  comeToRest(): Promise<void>;
  /** Forget every organization, here and at both vendors; nobody may use the stack meanwhile. */
  reset(): Promise<void>;
  /** Rejects where the stack did not stop as it should. */
  stop(): Promise<void>;
}

/** Start a stack with these plans and hooks, or the project's own; `command` is how the installed tool is called. */
export function startBilling(options?: {
  plans?: string | URL;
  hooks?: string | URL;
  command?: string[];
}): Promise<BillingStack>;

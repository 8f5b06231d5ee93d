import type { CallOptions, ErrorCode, Rooms } from "./types.js";

export type * from "./types.js";

/** A code of the API's, `unreachable` where no answer came, or one of Chargebee's own. */
export type Code = ErrorCode | "unreachable" | (string & {});

/** Any call that did not succeed. */
export class BillingError extends Error {
  /** HTTP's, 0 where no answer came. */
  readonly status: number;
  readonly code: Code;
  /** By which an operator finds the request. */
  readonly requestId: string;
  /** Seconds, where the API names them. */
  readonly retryAfter: number | undefined;
  /** Whether the code is one of these. */
  is(...codes: Array<ErrorCode | "unreachable">): boolean;
}

export interface BillingOptions {
  /** Where the API is; empty for the page's own origin. */
  url?: string;
  /** An access token, or a function that is asked before every request. Without one, the browser sends its cookie. */
  token?: string | (() => string | Promise<string>);
  /** Called once after a 401, however many calls met it; then each is sent once more. */
  refresh?: () => unknown;
  /** How often a request is tried that is safe to repeat; four times unless said otherwise. */
  attempts?: number;
  /** Seconds. A longer `Retry-After` is not waited for: the error tells of it. */
  longestPause?: number;
  fetch?: typeof globalThis.fetch;
  /** Waits so many seconds, or rejects when the signal says so. */
  sleep?: (seconds: number, signal?: AbortSignal) => Promise<void>;
}

/** What a call is made of: a name in the path is given apart from it. */
export interface Request extends CallOptions {
  method: string;
  path: string;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
}

export interface Billing extends Rooms {
  /** Any call, also one that no method is for yet. Rejects with BillingError, or with the signal's reason. */
  send<Answer>(request: Request): Promise<Answer>;
}

export function createBilling(options?: BillingOptions): Billing;

/** An id or a key that nobody else has. Keep it with what it is for: sent again, it does nothing a second time. */
export function newKey(): string;

export interface MachineClient {
  environmentUrl: string;
  clientId: string;
  clientSecret: string;
  fetch?: typeof globalThis.fetch;
  /** Milliseconds. */
  now?: () => number;
}

/** Scalekit's client credentials, as `token` and `refresh` of `createBilling`: one token serves until it ends. */
export function machine(client: MachineClient): { token: () => Promise<string>; refresh: () => void };

import type { ReactNode } from "react";
import type { Billing, BillingError, BillingView, EntitlementView } from "./index.js";

/** What a hook knows now. After a failure the last answer stays beside the error. */
export interface Asked<Answer> {
  data: Answer | undefined;
  error: BillingError | undefined;
  loading: boolean;
  refetch: () => void;
}

/** Seconds between two questions; without it one asks once, and after `refetch`. */
export interface AskOptions {
  every?: number;
}

export function BillingProvider(props: { billing: Billing; children?: ReactNode }): ReactNode;

/** Whether the organization may use so much more of a feature. Nobody may before there is an answer. */
export function useEntitlement(
  feature: string,
  options?: AskOptions & { required?: number | string },
): Asked<EntitlementView> & { allowed: boolean };

/** The organization's billing: plan, subscription, what has to be done. */
export function useBilling(options?: AskOptions): Asked<BillingView>;

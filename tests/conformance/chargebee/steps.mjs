// The walk, in order: each step makes what it needs and leaves the world to the next.
import { catalog } from './steps/catalog.mjs';
import { contracts } from './steps/contracts.mjs';
import { coupons } from './steps/coupons.mjs';
import { customers } from './steps/customers.mjs';
import { entitlements } from './steps/entitlements.mjs';
import { faults, idempotency, refusals } from './steps/refusals.mjs';
import { hostedPages, portal } from './steps/pages.mjs';
import { charges, credits, paymentIntents, paymentSources } from './steps/payments.mjs';
import { changes, dunning, lifecycle, pauses } from './steps/subscriptions.mjs';
import { metering } from './steps/metering.mjs';
import { owners } from './steps/owners.mjs';
import { remains, settlements } from './steps/settlements.mjs';
import { feed } from './steps/feed.mjs';

export const STEPS = [
  catalog, customers, hostedPages, portal, changes, lifecycle, pauses, metering, charges, credits, paymentIntents,
  paymentSources, dunning, contracts, coupons, entitlements, owners, settlements, remains, feed, refusals, faults, idempotency,
];

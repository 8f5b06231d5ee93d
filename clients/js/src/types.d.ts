// What the API takes and answers, made by `make reference`: times are UTC seconds, money is minor units.

/** Whatever else a call may say. */
export interface CallOptions {
  signal?: AbortSignal;
}

/** A refusal of Chargebee's may carry another code, which is Chargebee's own. */
export type ErrorCode = "below_zero" | "change_not_supported" | "changes_scheduled" | "chargebee_authentication_failed" | "chargebee_busy" | "chargebee_duplicate" | "chargebee_key_reused" | "chargebee_not_found" | "chargebee_rate_limited" | "chargebee_request_blocked" | "chargebee_site_not_ready" | "chargebee_site_read_only" | "chargebee_third_party_limited" | "chargebee_timeout" | "chargebee_unavailable" | "conflict" | "coupon_expired" | "coupon_not_applicable" | "coupon_not_started" | "coupon_not_valid" | "coupon_used_up" | "cross_site" | "customer_conflict" | "exhausted" | "forbidden" | "grant_not_found" | "hold_not_found" | "id_conflict" | "internal_error" | "invalid_catalog" | "invalid_request" | "invalid_seats" | "invalid_state" | "invalid_url" | "invoice_not_found" | "not_configured" | "nothing_to_change" | "organization_deleted" | "organization_not_found" | "organization_required" | "payload_too_large" | "payment_method_not_found" | "plan_required" | "rate_limited" | "spending_cap" | "subscription_ambiguous" | "subscription_exists" | "subscription_not_found" | "throttled" | "too_many_grants" | "too_many_lots" | "unauthenticated" | "unknown_coupon" | "unknown_customer" | "unknown_feature" | "unknown_organization" | "unknown_plan" | "usage_not_found";

/** Every error has a stable code; those of a status are listed where it may be answered. */
export interface Refusal {
  /** A sentence for people. */
  error: string;
  code: ErrorCode | string;
  /** By which an operator finds the request. */
  requestId?: string;
}

/** What the gateway refuses itself has no code. */
export type Unauthorized = Refusal | Record<string, unknown>;

/** The organization with its subscriptions, what it is entitled to, and its wallets with their rules. */
export interface AccountView {
  organization: OrganizationView;
  subscriptions: Array<PublishedSubscription>;
  /** The item price of the newest subscription that gives access, or else the default plan. */
  plan: string | null;
  /** The item price of every subscription that gives access, newest first: the features are those of all of them. */
  plans: Array<string>;
  entitlements: Record<string, PublishedEntitlement>;
  wallets: Array<WalletWithLots>;
  autoTopUp: Array<PublishedAutoTopUp>;
}

/** What has to be done so that billing goes on. `url` is null without a page, and for a `top_up`, whose amount is
for `POST /api/wallet/top-ups` to say; it belongs to no subscription. */
export interface ActionView {
  type: "pay" | "update_card" | "top_up" | "finish_checkout";
  subscriptionId: string | null;
  url: string | null;
  expiresAt: number | null;
  amountDue?: number;
  currency?: string;
  dueSince?: number;
  trialEnd?: number;
  itemPriceId?: string;
  seats?: number;
}

/** What is bought beside a plan. Each one raises `limits`, by that much, and brings `features`. */
export interface AddonView {
  itemPriceId: string;
  /** The same for all prices of the add-on. */
  addonId: string;
  name: string;
  maxQuantity: number;
  limits: Record<string, number>;
  features: Record<string, FeatureView | true>;
  price?: PriceView;
}

/** The organization's own alerts: percentages of the limit, by feature. Any other feature has its plan's. */
export interface AlertsView {
  thresholds: Record<string, Array<number>>;
}

/** The page on which the card's holder confirms. */
export interface AuthenticationView {
  type: "authenticate";
  url: string;
}

/** Everything about the organization's billing, its live subscriptions, and what has to be done about it. */
export interface BillingView {
  organization: OrganizationView;
  subscriptions: Array<PublishedSubscription>;
  /** The item price of the newest subscription that gives access, or else the default plan. */
  plan: string | null;
  /** The item price of every subscription that gives access, newest first: the features are those of all of them. */
  plans: Array<string>;
  entitlements: Record<string, PublishedEntitlement>;
  wallets: Array<WalletWithLots>;
  autoTopUp: Array<PublishedAutoTopUp>;
  billingAdmin: boolean;
  requiredActions: Array<ActionView>;
}

/** The subscription after it was cancelled; `cancelAt` is when it ends or ended. */
export interface Cancellation {
  id: string;
  status: string;
  cancelAt: number | null;
}

/** What a purchase or a change would cost if it were confirmed now, as Chargebee estimates it. Nothing is done. */
export interface ChangePreview {
  dueNow: InvoiceEstimateView | null;
  credits: Array<CreditEstimateView>;
  unbilled: Array<EstimatedLineView>;
  nextInvoice: InvoiceEstimateView | null;
  nextBillingAt: number | null;
}

/** What became of a charge: only `succeeded` is paid. */
export interface ChargeView {
  /** The invoice's `po_number` in Chargebee. */
  id: string;
  /** The caller's. */
  key: string;
  /** `charge`, `checkout`, `top_up` or `auto_top_up`. */
  purpose: string;
  /** `created`, `submitted`, `unknown`, `processing` (a direct debit is under way), `action_required`, `succeeded` or `failed`. */
  state: string;
  /** Minor units of `currency`: the invoice's total, until there is one what was asked for. */
  amount: number | null;
  /** ISO 4217. */
  currency: string;
  invoiceId: string | null;
  failure: PublishedFailure | null;
  requiredActions: Array<AuthenticationView>;
}

/** A checkout that was opened and not yet paid: it is no subscription, and grants nothing. */
export interface CheckoutView {
  id: string;
  itemPriceId: string;
  seats: number;
  openedAt: number;
}

/** What a vendor charges the team. */
export interface CostView {
  /** Minor units of `currency`, rounded down. */
  amount: number;
  /** Millionths of `currency`, exact. */
  amountMicros: number;
  /** ISO 4217. */
  currency: string;
  id: string;
  vendor: string;
}

/** What is credited for time that is paid and not used any more. */
export interface CreditEstimateView {
  kind: string;
  currency: string;
  total: number;
  lines: Array<EstimatedLineView>;
}

/** Money given back for an invoice, or taken off it. */
export interface CreditNoteView {
  id: string;
  status: string;
  date: number | null;
  total: number;
  reason: string | null;
}

/** Revenue less cost, never across currencies. */
export interface CurrencyMargin {
  currency: string;
  revenueMicros: number;
  costMicros: number;
  marginMicros: number;
  margin: number;
}

/** What was used on one UTC date, and in how many events. */
export interface DayView {
  date: string;
  quantity: number | string;
  events: number;
}

/** It is charged from now on. */
export interface DefaultPaymentMethod {
  id: string;
  default: true;
}

/** Chargebee has confirmed every cancellation. */
export interface DeletedOrganization {
  id: string;
  deleted: true;
}

/** A plan as it is written: `entry` is one `[[plan]]` of the catalog, as `PUT` takes it. */
export interface DescribedPlanView {
  plan: string;
  source: "file" | "table";
  /** Of the entry's content: send it with a change, and what somebody else has changed meanwhile is a 409. */
  version: string;
  entry: Record<string, unknown>;
  /** How many organizations have each of its item prices, as of a moment ago. */
  organizations: Record<string, number>;
}

/** The API's description, for OpenAPI 3.1. */
export interface Document {
  openapi: string;
  info: Record<string, unknown>;
  paths: Record<string, unknown>;
  components: Record<string, unknown>;
}

/** Whether `required` units could be used now. */
export interface EntitlementView {
  allowed: boolean;
  reason?: string;
  balance: PublishedBalance | null;
}

/** Every feature that the organization has, with its balance. */
export interface EntitlementsView {
  /** The item price of the newest subscription that gives access, or else the default plan. */
  plan: string | null;
  /** The item price of every subscription that gives access, newest first: the features are those of all of them. */
  plans: Array<string>;
  entitlements: Record<string, PublishedEntitlement>;
}

/** What a use would take from the allowance and the wallet; null when it would be refused. */
export interface EstimateView {
  allowed: boolean;
  reason?: string;
  balance: PublishedBalance | null;
  estimate?: SplitView | null;
}

/** What is taken off it, by a coupon or by what else your site gives. */
export interface EstimatedDiscountView {
  description: string;
  amount: number;
  couponId: string | null;
}

/** One line of it. */
export interface EstimatedLineView {
  description: string;
  amount: number;
  quantity: number | null;
  itemPriceId: string | null;
  periodStart: number | null;
  periodEnd: number | null;
}

/** The days on which one feature was used; a day that is not there saw none. */
export interface FeatureHistory {
  feature: string;
  days: Array<DayView>;
  adjustments?: Array<MeterAdjustment>;
}

/** One feature's uses; `costCoverage` is the share of them whose cost is known. */
export interface FeatureMargin {
  feature: string;
  quantity: number | string;
  events: number;
  costCoverage: number | null;
  currencies: Array<CurrencyMargin>;
}

/** A counted feature: null is no limit, and text has decimals. With `perSeat` the limit is for each seat, and all
seats share it. */
export interface FeatureView {
  limit: number | string | null;
  perSeat?: true;
  reset: string;
  overage: string;
  /** The most that rolls over from one period into the next. */
  rollover?: number | string;
}

/** Granted once per organization ever. */
export interface FreeTrialView {
  days: number;
}

/** Every version of one grant, the newest first: who gave it, changed it and took it away, when and why. */
export interface GrantHistory {
  versions: Array<PublishedGrant>;
}

/** Every grant that was not deleted; one that has ended is among them for a month. */
export interface GrantList {
  grants: Array<PublishedGrant>;
}

/** What somebody gives an organization beside its plans, as its own members see it: not by whom, and not why. */
export interface GrantView {
  feature: string;
  /** So many more, once: in the period in which the grant begins. */
  units: number | string | null;
  /** The least limit of every period; it may be `unlimited`. */
  limit: number | string | null;
  /** UTC seconds. */
  startsAt: number;
  /** UTC seconds, null for a grant without an end. */
  endsAt: number | null;
}

/** A reservation, and what became of it: `charged` of the actual units, and the `shortfall` that was not. */
export interface HoldView {
  id: string;
  feature: string;
  quantity: number | string;
  dimensions: Record<string, string>;
  state: "held" | "settled" | "released";
  expiresAt: number;
  reserved: SplitView;
  charged: number | string | null;
  shortfall: number | string;
}

/** An invoice that there is not yet: `total` is `subtotal` less `discount`, with `tax`. */
export interface InvoiceEstimateView {
  currency: string;
  subtotal: number;
  discount: number;
  discounts: Array<EstimatedDiscountView>;
  tax: number;
  total: number;
  credits: number;
  amountDue: number;
  lines: Array<EstimatedLineView>;
}

/** Invoices, newest first, in pages of `cursor`; what is to come stands on the first page. */
export interface InvoiceListView {
  invoices: Array<InvoiceView>;
  upcoming: Array<UpcomingInvoiceView>;
  cursor: string | null;
}

/** A link to the invoice as a PDF. Whoever has it can read the invoice: show it to nobody else. */
export interface InvoicePdfView {
  url: string;
  validUntil: number;
}

/** One invoice. */
export interface InvoiceView {
  id: string;
  status: string;
  date: number | null;
  dueDate: number | null;
  paidAt: number | null;
  currency: string;
  total: number;
  tax: number;
  amountPaid: number;
  amountDue: number;
  chargebeeSubscriptionId: string | null;
  creditNotes: Array<CreditNoteView>;
}

/** MarginReport */
export interface MarginReport {
  from: string;
  to: string;
  features: Array<FeatureMargin>;
}

/** Units that a meter counts beside those of uses, or fewer below zero; the days have them, too. */
export interface MeterAdjustment {
  feature: string;
  quantity: number | string;
  occurredAt: number;
  at: number;
  billed: SplitView;
  key?: string;
  by?: string;
  reason?: string;
}

/** A page in the order of the ids; `cursor` is null on the last one. A change shows within moments. */
export interface OrganizationList {
  organizations: Array<OrganizationSummary>;
  cursor: string | null;
}

/** `plan` is what it subscribes to; the default plan, or `none`, stands for nothing. */
export interface OrganizationSummary {
  id: string;
  displayName: string;
  customerId: string | null;
  trialUsedAt: number | null;
  plan: string;
}

/** Who it is, here and in Chargebee, and whether it has had its trial. */
export interface OrganizationView {
  id: string;
  displayName: string;
  customerId: string | null;
  trialUsedAt: number | null;
}

/** Every grant that was not taken away: one that is still to begin, too, and one that has ended for a month. */
export interface OwnGrants {
  grants: Array<GrantView>;
}

/** All that are saved; the one that is charged is the default. */
export interface PaymentMethodList {
  paymentMethods: Array<PaymentMethodView>;
}

/** The hosted page on which a payment method is added. */
export interface PaymentMethodPage {
  mode: "hosted";
  url: string;
  id: string;
}

/** One of the saved payment methods. */
export interface PaymentMethodView {
  id: string;
  type: string;
  status: string;
  brand: string | null;
  last4: string | null;
  expiryMonth: number | null;
  expiryYear: number | null;
  /** It is the one that is charged. */
  default: boolean;
}

/** One thing about a plan, called as in the catalog; null is what is not said. */
export interface PlanChangeView {
  plan: string;
  what: string;
  before: string | null;
  after: string | null;
}

/** What the organization may buy, in display order; the default plan is what everybody has, and not for sale. */
export interface PlanList {
  plans: Array<PlanView>;
  addons: Array<AddonView>;
}

/** A plan. A limit of null means unlimited; a feature is true, or its limit and when it starts over. */
export interface PlanView {
  itemPriceId: string;
  /** The same for all prices of the plan: by month and by year, in one currency and another. */
  planId: string;
  name: string;
  limits: Record<string, number | null>;
  features?: Record<string, FeatureView | true>;
  default?: true;
  freeTrial?: FreeTrialView;
  /** Left out where any number is sold. */
  seats?: SeatsView;
  /** The product that the plan belongs to, where there are several. */
  line?: string;
  price?: PriceView;
}

/** Works once, for an hour. */
export interface Portal {
  url: string;
}

/** A price for display, in minor units; Chargebee's is charged. */
export interface PriceView {
  amount: number;
  currency: string;
  period: string;
  perSeat: boolean;
}

/** Whether the subscription may be used, and why or why not. */
export interface PublishedAccess {
  allowed: boolean;
  reason: string;
}

/** The rule that fills a wallet up by itself. Amounts are minor units of `currency`. */
export interface PublishedAutoTopUp {
  /** ISO 4217. */
  currency: string;
  /** After three failures in a row it no longer is. */
  enabled: boolean;
  /** The balance at which the wallet is filled up. */
  threshold: number;
  amount: number;
  monthlyCap: number;
  spentThisMonth: number;
  /** In a row. */
  failures: number;
  /** A top-up is under way. */
  pending: boolean;
}

/** A counted feature in its period, in units: whole numbers, or text with all of its decimals where it has some. */
export interface PublishedBalance {
  /** What is left, null where there is no limit. */
  balance: number | string | null;
  limit: number | string | null;
  usage: number | string;
  /** What holds reserve. */
  held: number | string;
  unlimited: boolean;
  /** UTC seconds, null for a balance that never starts over. */
  nextResetAt: number | null;
  /** Of the limit, what rolled over from the period before: it is used first, and gone at `nextResetAt`. Of a feature that rolls over. */
  rolledOver?: number | string;
}

/** What a period's invoice comes to, as it stands. */
export interface PublishedCost {
  /** Minor units of `currency`, rounded as Chargebee rounds a line: once, and half a unit up. */
  amount: number;
  /** Millionths of `currency`, exact. */
  amountMicros: number;
  /** ISO 4217. */
  currency: string;
}

/** A coupon that a subscription has redeemed. */
export interface PublishedCoupon {
  id: string;
  /** When it runs out (UTC seconds), null where Chargebee does not say. */
  until: number | null;
}

/** What an organization is granted of one feature. */
export interface PublishedEntitlement {
  /** Null for a feature that is only on or off. */
  balance: PublishedBalance | null;
  /** Of the units beyond the limit, where an invoice pays for them at a price that no dimension decides. */
  cost?: PublishedCost;
}

/** Why a charge failed. */
export interface PublishedFailure {
  code: string;
  message: string | null;
}

/** What somebody gives an organization beside its plans: units, a limit, or a feature that is on or off. */
export interface PublishedGrant {
  id: string;
  feature: string;
  /** So many more, once: in the period in which the grant begins. */
  units: number | string | null;
  /** The least limit of every period; it may be `unlimited`. */
  limit: number | string | null;
  /** UTC seconds. */
  startsAt: number;
  /** UTC seconds, null for a grant without an end. */
  endsAt: number | null;
  /** Who gave it, changed it last or, where it is `deleted`, took it away. */
  by: string;
  /** Why they did. */
  reason: string;
  /** When they did, in UTC seconds. */
  at: number;
  version: number;
  deleted: boolean;
}

/** One line of a subscription. */
export interface PublishedItem {
  itemPriceId: string;
  /** Chargebee's: `plan`, `addon` or `charge`. */
  itemType: string;
  quantity: number | null;
}

/** One line of a wallet's ledger, positive for a credit. */
export interface PublishedLedgerEntry {
  /** Minor units of `currency`, rounded down. */
  amount: number;
  /** Millionths of `currency`, exact. */
  amountMicros: number;
  /** ISO 4217. */
  currency: string;
  id: string;
  kind: string;
  /** UTC seconds. */
  at: number;
  reason: string;
  /** What can be spent and what is held, after this line. */
  balanceAfterMicros: number;
}

/** Money of a wallet that was given or paid for at once, what holds reserve included. */
export interface PublishedLot {
  /** That of the ledger's line that brought it; `paid` for all that was paid for and never expires. */
  id: string;
  kind: "promotional" | "paid";
  remaining: number;
  remainingMicros: number;
  /** What it was at first; null for what was paid for and never expires, which grows. */
  grantedMicros: number | null;
  /** UTC seconds, null for never. */
  expiresAt: number | null;
  /** The kind of that line: an adjustment, a top-up; null for what came by many. */
  source: string | null;
}

/** What a subscription becomes, and when (UTC seconds). All but the date is null until it has been read. */
export interface PublishedScheduledChange {
  at: number | null;
  /** The plan's item price. */
  itemPriceId: string | null;
  /** The plan's name in the catalog; its item price id where the catalog does not have it. */
  plan: string | null;
  seats: number | null;
  items: Array<PublishedItem> | null;
}

/** The most that uses beyond the allowances may cost in a month (UTC). Amounts are minor units of `currency`. */
export interface PublishedSpendingCap {
  /** ISO 4217. */
  currency: string;
  /** Null for any amount. */
  amount: number | null;
  /** Since a cap was first set, rounded down. */
  spentThisMonth: number;
  /** What holds may come to, rounded down. */
  held: number;
}

/** A subscription as Chargebee last described it. Times are UTC seconds. */
export interface PublishedSubscription {
  /** What the checkout promised to its caller. */
  id: string;
  /** What Chargebee calls it: the same id, but for one that Chargebee created under an id of its own. */
  chargebeeSubscriptionId: string;
  /** Chargebee's, or `deleted`. */
  status: string;
  access: PublishedAccess;
  /** The plan's item price, null for a subscription without a plan. */
  itemPriceId: string | null;
  /** The plan, the same for all of its item prices; the item price where the catalog does not have it. */
  planId: string | null;
  /** The plan's name in the catalog; its item price id where the catalog does not have it. */
  plan: string | null;
  /** The plan's limits, with what add-ons raise: null is unlimited. Empty where the catalog does not have the plan. */
  limits: Record<string, number | null>;
  seats: number | null;
  items: Array<PublishedItem>;
  coupons: Array<PublishedCoupon>;
  /** ISO 4217. */
  currency: string | null;
  periodStart: number | null;
  periodEnd: number | null;
  trialStart: number | null;
  trialEnd: number | null;
  nextBillingAt: number | null;
  /** When a scheduled cancellation takes effect. */
  cancelAt: number | null;
  endedAt: number | null;
  cancelReason: string | null;
  pausedAt: number | null;
  resumesAt: number | null;
  /** An invoice is unpaid, since `dueSince`. */
  pastDue: boolean;
  dueSince: number | null;
  /** In minor units of `currency`. */
  totalDues: number | null;
  hasScheduledChanges: boolean;
  changesScheduledAt: number | null;
  /** Null where no change is scheduled. A cancellation is none: that is `cancelAt`. */
  scheduledChange: PublishedScheduledChange | null;
  /** Chargebee's contract term, as it comes. */
  contractTerm: Record<string, unknown> | null;
  createdAt: number | null;
}

/** A purchase on a hosted page: `url` is null once it is paid, or its payment on its way. */
export interface PurchaseView {
  mode: "hosted";
  url: string | null;
  id: string | null;
  charge: ChargeView;
}

/** The webhook is durable. */
export interface Receipt {
  received: true;
}

/** Every event of the batch, in its order. */
export interface RecordedList {
  events: Array<RecordedView>;
}

/** What became of one event: `billed` if it counts, `code` and the balance that it met if it was refused. */
export interface RecordedView {
  id: string;
  /** `replayed` for what counts already, from before or by the same event earlier in the batch. */
  result: "recorded" | "replayed" | "refused";
  billed?: SplitView;
  /** Whose fault it is: `exhausted` and `not_in_plan` may pass after a top-up or another plan; any other is the event's own, and never will. */
  code?: "not_in_plan" | "plan_unknown" | "exhausted" | "spending_cap" | "invalid_request" | "unknown_feature" | "too_old" | "in_the_future" | "id_conflict";
  balance?: PublishedBalance | null;
  /** A sentence for people: what is wrong with the event. */
  error?: string;
}

/** It is forgotten, here and at the gateway. */
export interface RemovedPaymentMethod {
  id: string;
  removed: true;
}

/** The subscription that goes on, with what was scheduled taken back. */
export interface Restoration {
  id: string;
  status: string;
}

/** What has changed, or with `dryRun=true` what would. */
export interface RevisionView {
  plan: string;
  written: boolean;
  changes: Array<PlanChangeView>;
  /** How many organizations have each item price of the plans that change, as of a moment ago. */
  organizations: Record<string, number>;
}

/** The organization as it is now. */
export interface SavedOrganization {
  organization: OrganizationView;
}

/** Seats are sold from `min` on, in multiples of `step`. */
export interface SeatsView {
  min: number;
  step: number;
}

/** Who is signed in, for which organization. */
export interface SessionView {
  userId: string;
  email: string;
  organizationId: string;
  roles: Array<string>;
  permissions: Array<string>;
}

/** How a quantity is met: the allowance first; the rest, where it has a price, by the wallet or the invoice. */
export interface SplitView {
  fromAllowance: number | string;
  beyondAllowance: number | string;
  amount?: number;
  amountMicros?: number;
  currency?: string;
  paidBy?: "wallet" | "invoice";
}

/** Live subscriptions, newest first; with `history=true` the ended ones behind them, in pages of `cursor`. */
export interface SubscriptionList {
  subscriptions: Array<PublishedSubscription>;
  cursor: string | null;
  pendingCheckout: CheckoutView | null;
}

/** A hosted page. `id` is the page's; `subscriptionId` is the subscription's, known before it is paid. */
export interface SubscriptionPage {
  mode: "hosted";
  url: string;
  id: string;
  subscriptionId: string;
}

/** How many subscriptions Chargebee has, and how many of them were news. */
export interface SyncView {
  organizationId: string;
  subscriptions: number;
  changed: number;
}

/** What a subscription is going to be billed, as Chargebee estimates it now; usage that goes on is not in it. */
export interface UpcomingInvoiceView {
  currency: string;
  subtotal: number;
  discount: number;
  discounts: Array<EstimatedDiscountView>;
  tax: number;
  total: number;
  credits: number;
  amountDue: number;
  lines: Array<EstimatedLineView>;
  chargebeeSubscriptionId: string | null;
  billedAt: number | null;
}

/** UsageHistory */
export interface UsageHistory {
  from: string;
  to: string;
  features: Array<FeatureHistory>;
}

/** A recorded use, as it was billed then, and what it cost. */
export interface UsageView {
  id: string;
  feature: string;
  /** As it was reported. */
  quantity: number | string;
  /** The units that count: others than were reported once it is corrected, none once it is void. */
  counted: number | string;
  occurredAt: number;
  recordedAt: number;
  dimensions: Record<string, string>;
  plan: string;
  subscriptionId: string | null;
  billed: SplitView;
  costs: Array<CostView>;
}

/** Every wallet with its rule, and a page of one ledger, newest first: of the only wallet, or of the one named. */
export interface WalletList {
  wallets: Array<WalletWithLots>;
  autoTopUp: Array<PublishedAutoTopUp>;
  spendingCaps: Array<PublishedSpendingCap>;
  ledger?: Array<PublishedLedgerEntry>;
  cursor?: string | null;
}

/** Prepaid money, and what it is made of, in the order in which it is spent. */
export interface WalletWithLots {
  /** ISO 4217. */
  currency: string;
  /** What can be spent: minor units, rounded down. */
  balance: number;
  /** The same, exact. */
  balanceMicros: number;
  /** What holds reserve. */
  heldMicros: number;
  lots: Array<PublishedLot>;
}

/** Nothing is open any more. `id` is what the checkout had promised, null when none was open. */
export interface WithdrawnCheckout {
  id: string | null;
  withdrawn: true;
}

/** One add-on to buy beside the plan. */
export interface AddonRequest {
  itemPriceId: string;
  quantity?: number;
}

/** `POST .../wallet/adjustments`: minor units, negative for a debit, once for every `id`.

What is `promotional` is spent before what is `paid`; what has an `expiresAt` (UTC seconds) is gone from then on. */
export interface AdjustmentRequest {
  id: string;
  amount: number;
  currency: string;
  reason: string;
  kind?: "promotional" | "paid";
  expiresAt?: number | null;
}

/** `PUT .../alerts`: percentages of the limit, by feature; none is no alert, whatever the plan says. */
export interface AlertsRequest {
  thresholds: Record<string, unknown>;
}

/** `PUT /api/wallet/auto-top-up`: minor units. The cap holds for a calendar month (UTC). */
export interface AutoTopUpRequest {
  referenceId?: string | null;
  currency: string;
  threshold: number;
  amount: number;
  monthlyCap: number;
  enabled?: boolean;
}

/** `POST /api/subscription/cancel`. `reasonCode` is one of the site's cancellation reason codes. */
export interface CancelSubscription {
  referenceId?: string | null;
  subscriptionId?: string | null;
  at?: "term_end" | "now";
  reasonCode?: string;
}

/** `POST /api/subscription/update`: what is not named stays as it is.

Where several subscriptions are live, `subscriptionId` says which is meant.
`addons` are all the add-ons that the subscription shall have: without it they stay, and an empty list takes them
off. A line that the catalog does not sell, such as a metered one, stays in any case.
`coupons` are redeemed with the change, or alone; those that the subscription has stay.
At the `term_end` it is made when the paid term, or the trial, is over, and can be withdrawn until then.
A change that is scheduled already, and a scheduled cancellation, go only with `dropScheduledChanges`.

`POST /api/subscription/preview` takes the same. Where it names no subscription, and none is live in the line of the
plan, it is of a first purchase: of one seat and no add-on unless it says more. */
export interface ChangeSubscription {
  referenceId?: string | null;
  itemPriceId?: string | null;
  seats?: number | null;
  addons?: Array<AddonRequest> | null;
  coupons?: Array<string>;
  subscriptionId?: string | null;
  at?: "now" | "term_end";
  dropScheduledChanges?: boolean;
  successUrl?: string;
  cancelUrl?: string;
}

/** `POST .../charges`: once for every `key`. Without a `paymentMethodId` the default one is charged. */
export interface ChargeRequest {
  itemPriceId?: string | null;
  quantity?: number;
  amount?: number | null;
  currency?: string | null;
  description?: string | null;
  key: string;
  paymentMethodId?: string | null;
  returnUrl?: string;
}

/** `POST .../usage/{eventId}/correct`: the units that it is really of. */
export interface CorrectRequest {
  key: string;
  reason: string;
  quantity: number | string;
}

/** What a vendor charges the team for a use. `id` tells late costs apart. */
export interface Cost {
  id: string;
  vendor: string;
  amount: Money;
}

/** What a vendor charges for a use: `amount` in minor units, or `amountMicros`, millionths of the currency. */
export interface CostRequest {
  vendor: string;
  currency: string;
  amount?: number | null;
  amountMicros?: number | null;
  id?: string | null;
}

/** `POST .../usage/{eventId}/costs`: late costs, each with an id of its own. */
export interface CostsRequest {
  costs: Array<CostRequest>;
}

/** `POST /api/subscription/create`. The list form of `itemPriceId` names the plan first, then add-ons. */
export interface CreateSubscription {
  referenceId?: string | null;
  itemPriceId: string | Array<string>;
  seats?: number;
  addons?: Array<AddonRequest>;
  coupons?: Array<string>;
  successUrl?: string;
  cancelUrl?: string;
  locale?: string | null;
}

/** `POST .../usage/estimate`. */
export interface EstimateRequest {
  feature: string;
  quantity: number | string;
  dimensions?: Record<string, unknown>;
}

/** One use. `occurredAt` is UTC seconds. */
export interface EventRequest {
  id: string;
  feature: string;
  quantity: number | string;
  occurredAt: number;
  dimensions?: Record<string, unknown>;
  costs?: Array<CostRequest>;
}

/** `PUT .../grants/{grantId}`: `units` once, at least a `limit` in every period, or neither for what is on or off.

Times are UTC seconds; it begins now and has no end unless it says so. With `version` it changes that one alone. */
export interface GrantRequest {
  feature: string;
  units?: number | string | null;
  limit?: number | string | "unlimited" | null;
  startsAt?: number | null;
  endsAt?: number | null;
  by: string;
  reason: string;
  version?: number | null;
}

/** `POST .../holds`: reserved for `seconds`, an hour unless said otherwise, a week at most. */
export interface HoldRequest {
  id: string;
  feature: string;
  quantity: number | string;
  seconds?: number;
  dimensions?: Record<string, unknown>;
}

/** `POST .../usage/adjustments`: so many more units, or fewer below zero, once for every `key`.

They count in the period of `occurredAt` (UTC seconds), or else in the one that runs. Units beyond the allowance
have the price of the `dimensions`. */
export interface MeterAdjustmentRequest {
  key: string;
  feature: string;
  quantity: number | string;
  by: string;
  reason: string;
  occurredAt?: number | null;
  dimensions?: Record<string, unknown>;
}

/** An exact amount: micros of one currency (ISO 4217). Below zero it is a debit. */
export interface Money {
  micros: number;
  currency: string;
}

/** `POST /api/subscription/portal`. */
export interface OpenPortal {
  referenceId?: string | null;
  returnUrl?: string;
}

/** `PUT /api/organizations/{id}`: what is omitted, or null, stays as it is. */
export interface OrganizationRequest {
  displayName?: string | null;
  customerId?: string | null;
}

/** `POST /api/payment-methods`. */
export interface PaymentMethodRequest {
  referenceId?: string | null;
  returnUrl?: string;
}

/** `PUT /api/plans/{plan}`: one `[[plan]]` of the catalog, with the names of its file.

With `version`, the one that `GET` told, it changes that one alone. */
export interface PlanEntry {
  entry: Record<string, unknown>;
  version?: string | null;
}

/** `POST /api/checkout`. An amount, and the `organizationId`, are for machine callers only. */
export interface PurchaseRequest {
  referenceId?: string | null;
  organizationId?: string | null;
  itemPriceId?: string | null;
  quantity?: number;
  amount?: number | null;
  currency?: string | null;
  description?: string | null;
  key?: string | null;
  successUrl?: string;
  cancelUrl?: string;
  locale?: string | null;
}

/** `POST /api/subscription/restore`: the cancellation, or the change, that is scheduled is not made. */
export interface RestoreSubscription {
  referenceId?: string | null;
  subscriptionId?: string | null;
  scheduled?: "cancellation" | "change";
}

/** `POST .../holds/{holdId}/settle`: what it really took, nothing included. */
export interface SettleRequest {
  quantity: number | string;
}

/** `PUT /api/billing/spending-cap`: minor units of a month, null for any amount. */
export interface SpendingCapRequest {
  referenceId?: string | null;
  amount: number | null;
  currency: string;
}

/** `POST /api/wallet/top-ups`: an amount in minor units, for the wallet of its currency. */
export interface TopUpRequest {
  referenceId?: string | null;
  amount: number;
  currency: string;
  key?: string | null;
  successUrl?: string;
  cancelUrl?: string;
  locale?: string | null;
}

/** `POST .../usage`: a batch, recorded in its order. One event without an id spoils it; any other stands alone. */
export interface UsageRequest {
  events: Array<EventRequest>;
  /** `id` where `occurredAt` is the sender's clock: an event sent again at another time, with the same content, is replayed, and not a conflict. */
  idempotency?: "content" | "id";
}

/** `POST .../usage/{eventId}/void`: it should not have counted, once for every `key`. */
export interface VoidRequest {
  key: string;
  reason: string;
}

export interface Metering {
  /** Attach costs that were not known when the use was recorded. */
  addCosts(organizationId: string, eventId: string, body: CostsRequest, options?: CallOptions): Promise<UsageView>;
  /** Adjust what a meter counts, with a reason, once for every key. */
  adjustMeter(organizationId: string, body: MeterAdjustmentRequest, options?: CallOptions): Promise<MeterAdjustment>;
  /** Credit or debit the wallet, once for every id. */
  adjustWallet(organizationId: string, body: AdjustmentRequest, options?: CallOptions): Promise<PublishedLedgerEntry>;
  /** Show at which percentages of its limits the organization's uses are announced. */
  alerts(organizationId: string, options?: CallOptions): Promise<AlertsView>;
  /** Correct the quantity of a use, once for every key. */
  correctUse(organizationId: string, eventId: string, body: CorrectRequest, options?: CallOptions): Promise<UsageView>;
  /** Take a grant away, and keep who did it and why. */
  deleteGrant(organizationId: string, grantId: string, query?: { by?: string | number; reason?: string | number }, options?: CallOptions): Promise<PublishedGrant>;
  /** Tell whether the organization may use so much more of a feature. */
  entitlement(feature: string, query?: { required?: string | number; referenceId?: string | number; organizationId?: string | number }, options?: CallOptions): Promise<EntitlementView>;
  /** List what the organization is entitled to, with what is left of it. */
  entitlements(query?: { referenceId?: string | number; organizationId?: string | number }, options?: CallOptions): Promise<EntitlementsView>;
  /** Tell what a use would take from the allowance and the wallet, without recording it. */
  estimate(organizationId: string, body: EstimateRequest, options?: CallOptions): Promise<EstimateView>;
  /** Reserve units before expensive work. */
  hold(organizationId: string, body: HoldRequest, options?: CallOptions): Promise<HoldView>;
  /** List what the organization was given beside its plans. */
  listGrants(organizationId: string, options?: CallOptions): Promise<GrantList>;
  /** Show the revenue, cost and margin of an organization's uses, by feature and currency. */
  margin(organizationId: string, query?: { from?: string | number; to?: string | number }, options?: CallOptions): Promise<MarginReport>;
  /** List what the organization is given beside its plans, for its own members. */
  ownGrants(query?: { referenceId?: string | number; organizationId?: string | number }, options?: CallOptions): Promise<OwnGrants>;
  /** Show who gave, changed and took away a grant, when and why. */
  readGrant(organizationId: string, grantId: string, options?: CallOptions): Promise<GrantHistory>;
  /** Record a batch of uses, each id once for ever. */
  recordUsage(organizationId: string, body: UsageRequest, options?: CallOptions): Promise<RecordedList>;
  /** Give a reservation back. */
  releaseHold(organizationId: string, holdId: string, options?: CallOptions): Promise<HoldView>;
  /** Set at which percentages of its limits the organization's uses are announced. */
  saveAlerts(organizationId: string, body: AlertsRequest, options?: CallOptions): Promise<AlertsView>;
  /** Give the organization units, a limit or a feature beside its plans. */
  saveGrant(organizationId: string, grantId: string, body: GrantRequest, options?: CallOptions): Promise<PublishedGrant>;
  /** Settle a reservation with what the work really took. */
  settleHold(organizationId: string, holdId: string, body: SettleRequest, options?: CallOptions): Promise<HoldView>;
  /** Set the most that uses beyond the allowances may cost in a month. */
  spendingCap(body: SpendingCapRequest, options?: CallOptions): Promise<PublishedSpendingCap>;
  /** Show what an organization used, by feature and day. */
  usageHistory(query?: { from?: string | number; to?: string | number; feature?: string | number; referenceId?: string | number; organizationId?: string | number }, options?: CallOptions): Promise<UsageHistory>;
  /** Show what a recorded use was billed, and what it cost. */
  use(organizationId: string, eventId: string, options?: CallOptions): Promise<UsageView>;
  /** Void a use: it counts no longer, and its wallet gets its money back. */
  voidUse(organizationId: string, eventId: string, body: VoidRequest, options?: CallOptions): Promise<UsageView>;
  /** Show the organization's prepaid money, and a page of its ledger. */
  wallet(query?: { currency?: string | number; cursor?: string | number; referenceId?: string | number }, options?: CallOptions): Promise<WalletList>;
}

export interface Organizations {
  /** Show the organization's billing as a whole, and what has to be done about it. */
  billing(query?: { referenceId?: string | number }, options?: CallOptions): Promise<BillingView>;
  /** Stop the organization's billing, and forget it once Chargebee has confirmed. */
  delete(organizationId: string, options?: CallOptions): Promise<DeletedOrganization>;
  /** List the organizations, all or those of one plan. */
  list(query?: { plan?: string | number; cursor?: string | number; limit?: string | number }, options?: CallOptions): Promise<OrganizationList>;
  /** Show an organization with its subscriptions, its entitlements and its wallets. */
  read(organizationId: string, options?: CallOptions): Promise<AccountView>;
  /** Create or change an organization; what the body omits stays as it is. */
  save(organizationId: string, body: OrganizationRequest, options?: CallOptions): Promise<SavedOrganization>;
  /** Read one organization from Chargebee now. */
  sync(organizationId: string, options?: CallOptions): Promise<SyncView>;
}

export interface Payments {
  /** Open the hosted page on which a payment method is added. */
  addMethod(body: PaymentMethodRequest, options?: CallOptions): Promise<PaymentMethodPage>;
  /** Set the rule by which the wallet is topped up automatically, or switch it off. */
  autoTopUp(body: AutoTopUpRequest, options?: CallOptions): Promise<PublishedAutoTopUp>;
  /** Charge a saved card, once for every key. */
  charge(organizationId: string, body: ChargeRequest, options?: CallOptions): Promise<ChargeView>;
  /** Make a saved payment method the one that is charged from now on. */
  defaultMethod(methodId: string, query?: { referenceId?: string | number }, options?: CallOptions): Promise<DefaultPaymentMethod>;
  /** List what the organization was billed. */
  listInvoices(query?: { cursor?: string | number; referenceId?: string | number }, options?: CallOptions): Promise<InvoiceListView>;
  /** List what the organization pays with. */
  listMethods(query?: { referenceId?: string | number }, options?: CallOptions): Promise<PaymentMethodList>;
  /** Have an invoice made into a PDF. */
  printInvoice(invoiceId: string, query?: { referenceId?: string | number }, options?: CallOptions): Promise<InvoicePdfView>;
  /** Open the hosted page on which something is bought once. */
  purchase(body: PurchaseRequest, options?: CallOptions): Promise<PurchaseView>;
  /** Forget a payment method. */
  removeMethod(methodId: string, query?: { referenceId?: string | number }, options?: CallOptions): Promise<RemovedPaymentMethod>;
  /** Open the hosted page on which the wallet is topped up. */
  topUp(body: TopUpRequest, options?: CallOptions): Promise<PurchaseView>;
}

export interface Plans {
  /** Put the catalog file's plan in force again, or say what that would change and for whom. */
  delete(plan: string, query?: { dryRun?: string | number; version?: string | number }, options?: CallOptions): Promise<RevisionView>;
  /** List what the organization may buy, in display order, and the default plan. */
  list(query?: { referenceId?: string | number }, options?: CallOptions): Promise<PlanList>;
  /** Show a plan as it is written, and how many organizations have it. */
  read(plan: string, options?: CallOptions): Promise<DescribedPlanView>;
  /** Change a plan, or say what that would change and for whom. */
  save(plan: string, body: PlanEntry, query?: { dryRun?: string | number }, options?: CallOptions): Promise<RevisionView>;
}

export interface Runtime {
  /** Serve the description of this API, for OpenAPI 3.1. */
  document(options?: CallOptions): Promise<Document>;
  /** Tell who is signed in, and for which organization. */
  session(query?: { referenceId?: string | number }, options?: CallOptions): Promise<SessionView>;
}

export interface Subscriptions {
  /** Tell whether the organization may use a plan or a feature. */
  access(query?: { plan?: string | number; feature?: string | number; itemPriceId?: string | number; referenceId?: string | number; organizationId?: string | number }, options?: CallOptions): Promise<PublishedAccess>;
  /** Cancel the subscription at the end of its term, or now. */
  cancel(body: CancelSubscription, options?: CallOptions): Promise<Cancellation>;
  /** Open the hosted page on which the organization subscribes. */
  create(body: CreateSubscription, options?: CallOptions): Promise<SubscriptionPage>;
  /** List the organization's subscriptions, as the cache has them. */
  list(query?: { history?: string | number; cursor?: string | number; referenceId?: string | number; organizationId?: string | number }, options?: CallOptions): Promise<SubscriptionList>;
  /** Open Chargebee's portal for the organization. */
  portal(body: OpenPortal, options?: CallOptions): Promise<Portal>;
  /** Say what a purchase or a change would cost, now and from then on. */
  preview(body: ChangeSubscription, options?: CallOptions): Promise<ChangePreview>;
  /** Take back the cancellation, or the change, that is scheduled. */
  restore(body: RestoreSubscription, options?: CallOptions): Promise<Restoration>;
  /** Open the hosted page on which the plan, the seats or the add-ons change. */
  update(body: ChangeSubscription, options?: CallOptions): Promise<SubscriptionPage>;
  /** Take the open checkout back. */
  withdrawCheckout(query?: { referenceId?: string | number }, options?: CallOptions): Promise<WithdrawnCheckout>;
}

/** Every room of the API. */
export interface Rooms {
  metering: Metering;
  organizations: Organizations;
  payments: Payments;
  plans: Plans;
  runtime: Runtime;
  subscriptions: Subscriptions;
}

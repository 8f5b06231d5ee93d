// Every operation, by its room: method, path, and what is given beside the names in the path: a body (b), one whose key
// the client may make (k), a query (q). Made by `make reference`.
export const OPERATIONS = {
  metering: {
    addCosts: ["POST", "/api/organizations/{id}/usage/{eventId}/costs", "b"],
    adjustWallet: ["POST", "/api/organizations/{id}/wallet/adjustments", "b"],
    entitlement: ["GET", "/api/entitlements/{feature}", "q"],
    entitlements: ["GET", "/api/entitlements", "q"],
    estimate: ["POST", "/api/organizations/{id}/usage/estimate", "b"],
    hold: ["POST", "/api/organizations/{id}/holds", "b"],
    margin: ["GET", "/api/organizations/{id}/margin", "q"],
    recordUsage: ["POST", "/api/organizations/{id}/usage", "b"],
    releaseHold: ["POST", "/api/organizations/{id}/holds/{holdId}/release", ""],
    settleHold: ["POST", "/api/organizations/{id}/holds/{holdId}/settle", "b"],
    use: ["GET", "/api/organizations/{id}/usage/{eventId}", ""],
    wallet: ["GET", "/api/wallet", "q"],
  },
  organizations: {
    billing: ["GET", "/api/billing", "q"],
    delete: ["DELETE", "/api/organizations/{id}", ""],
    list: ["GET", "/api/organizations", "q"],
    read: ["GET", "/api/organizations/{id}", ""],
    save: ["PUT", "/api/organizations/{id}", "b"],
    sync: ["POST", "/api/organizations/{id}/sync", ""],
  },
  payments: {
    addMethod: ["POST", "/api/payment-methods", "b"],
    autoTopUp: ["PUT", "/api/wallet/auto-top-up", "b"],
    charge: ["POST", "/api/organizations/{id}/charges", "b"],
    defaultMethod: ["PUT", "/api/payment-methods/{methodId}/default", "q"],
    listMethods: ["GET", "/api/payment-methods", "q"],
    purchase: ["POST", "/api/checkout", "k"],
    removeMethod: ["DELETE", "/api/payment-methods/{methodId}", "q"],
    topUp: ["POST", "/api/wallet/top-ups", "k"],
  },
  plans: {
    list: ["GET", "/api/plans", "q"],
  },
  runtime: {
    document: ["GET", "/api/openapi.json", ""],
    session: ["GET", "/api/session", "q"],
  },
  subscriptions: {
    access: ["GET", "/api/access", "q"],
    cancel: ["POST", "/api/subscription/cancel", "b"],
    create: ["POST", "/api/subscription/create", "b"],
    list: ["GET", "/api/subscription/list", "q"],
    portal: ["POST", "/api/subscription/portal", "b"],
    restore: ["POST", "/api/subscription/restore", "b"],
    update: ["POST", "/api/subscription/update", "b"],
    withdrawCheckout: ["DELETE", "/api/subscription/checkout", "q"],
  },
};

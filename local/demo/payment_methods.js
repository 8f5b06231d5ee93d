// What the organization pays with. Read from Chargebee, hence only when the page opens and after each change.

import { act, confirmed } from "./acting.js";
import { api } from "./api.js";
import { button, byId, draw, el } from "./dom.js";
import { explained } from "./problems.js";

const TYPES = { card: "Card", paypal_express_checkout: "PayPal", direct_debit: "Direct debit", sepa: "SEPA debit" };
const TROUBLE = {
  expired: "Expired",
  expiring: "Expires soon",
  invalid: "Not accepted",
  pending_verification: "To be verified",
};

/** While Chargebee is away the rest of the page works, and this part says so. */
export async function showPaymentMethods(mayManage) {
  try {
    const { paymentMethods: methods } = await api.payments.listMethods();
    draw("methods", methods, () => list(methods, mayManage));
  } catch (error) {
    const again = button("Try again", "plain", act(() => showPaymentMethods(mayManage)));
    const { text } = explained(error);
    draw("methods", text, () => [el("p.soft", {}, text), again]);
  }
  draw("add-method", mayManage, () => mayManage && button("Add a payment method", "plain", act(add)));
  byId("methods").ariaBusy = null;
}

function list(methods, mayManage) {
  if (!methods.length) return el("p.soft", {}, "No payment method is saved.");
  return el("ul.rows", {}, methods.map((method) => row(method, mayManage)));
}

function row(method, mayManage) {
  const name = nameOf(method);
  const change = (action) => act(async () => (await action()) !== false && showPaymentMethods(mayManage));
  const makeDefault = button("Make default", "small", change(() => api.payments.defaultMethod(method.id)));
  const removal = button("Remove", "small", change(() => remove(method, name)));
  makeDefault.ariaLabel = `Make ${name} the default`;
  removal.ariaLabel = `Remove ${name}`;
  return el(
    "li",
    {},
    el("div", {}, el("strong", {}, name), expiry(method)),
    method.default && el("span.badge.good", {}, "Default"),
    TROUBLE[method.status] && el("span.badge.warn", {}, TROUBLE[method.status]),
    mayManage && el("div.actions", {}, !method.default && makeDefault, removal),
  );
}

function nameOf({ type, brand, last4 }) {
  const name = brand ? brand[0].toUpperCase() + brand.slice(1).replaceAll("_", " ") : (TYPES[type] ?? type);
  return last4 ? `${name} ending in ${last4}` : name;
}

const expiry = ({ expiryMonth, expiryYear }) =>
  expiryYear && el("small", {}, `Expires ${String(expiryMonth).padStart(2, "0")}/${expiryYear}`);

async function remove({ id }, name) {
  byId("remove-name").textContent = name;
  if (!(await confirmed("remove-dialog"))) return false;
  return api.payments.removeMethod(id);
}

async function add() {
  location.assign((await api.payments.addMethod({ returnUrl: "/" })).url);
}

// What went wrong, in the words of somebody who uses the page, and what they can do next.

const AGAIN = "Nothing was done. Try again in a moment.";
const SUPPORT = "Nothing was done. If it stays so, tell support the reference.";
const SAID = {
  unreachable: ["The app cannot be reached.", "Check your connection, then try again."],
  chargebee_unavailable: ["Our billing provider does not answer right now.", AGAIN],
  chargebee_busy: ["Another change is being made right now.", AGAIN],
  chargebee_rate_limited: ["Our billing provider is very busy right now.", AGAIN],
  chargebee_third_party_limited: ["Our billing provider is very busy right now.", AGAIN],
  chargebee_timeout: ["Our billing provider took too long to answer.", "Try again: it will not be done twice."],
  chargebee_authentication_failed: ["Billing is not set up correctly.", SUPPORT],
  chargebee_not_found: ["Our billing provider does not know your organization.", SUPPORT],
  chargebee_site_read_only: ["Our billing provider takes no changes for a while.", AGAIN],
  throttled: ["Too many requests at once.", AGAIN],
  rate_limited: ["Too many attempts within a minute.", "Wait a minute, then try again."],
  changes_scheduled: [
    "A change or the end of this subscription is scheduled already.",
    "Withdraw the change, or keep the subscription, then make this one.",
  ],
  unknown_coupon: ["There is no such coupon.", "Check how it is written, or leave it empty."],
  coupon_expired: ["This coupon has expired.", "Leave it empty, then try again."],
  coupon_not_started: ["This coupon is not valid yet.", "Leave it empty, then try again."],
  coupon_used_up: ["This coupon was redeemed as often as it may be.", "Leave it empty, then try again."],
  coupon_not_applicable: ["This coupon is for something else.", "Leave it empty, or choose what it is for."],
  coupon_not_valid: ["This coupon is not valid.", "Leave it empty, then try again."],
  conflict: ["Somebody else changed this at the same moment.", "Look at what it is now, then try again."],
  subscription_exists: ["Your organization has a subscription already.", "Change that one instead."],
  nothing_to_change: ["That is what you have now.", "Choose another plan or another number of seats."],
  invalid_seats: ["The plan does not have that many seats.", "Choose fewer seats or a larger plan."],
  forbidden: ["Only an admin of your organization can do this.", "Ask one of them."],
  payment_method_not_found: ["This payment method is no longer saved.", "Reload the page to see those that are."],
  invalid_request: [null, "Check it, then try again."],
  internal_error: ["Something went wrong on our side.", SUPPORT],
  not_configured: ["Billing is not set up yet.", SUPPORT],
};

/** `{text, next, detail}` of an error. A code that has no words here keeps the sentence of the API, which alone knows what
 * was wrong with what was entered; one that is not named here is told. */
export function explained(error) {
  const code = error instanceof TypeError ? "unreachable" : error.code;
  const [words, next] = SAID[code] ?? [null, null];
  const text = words ?? error.message;
  const reference = error.requestId && `Reference ${error.requestId}`;
  return { text, next, detail: reference || (SAID[code] ? null : code) };
}

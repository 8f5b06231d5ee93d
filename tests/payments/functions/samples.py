"""What the samples of cards, charges, purchases and top-ups do."""

from tests.samples.expectation import Expectation, answers, redirects

HOSTED = answers(200, mode="hosted")
FORBIDDEN = answers(403, code="forbidden")
INVALID = answers(400, code="invalid_request")
NO_SUCH_METHOD = answers(404, code="payment_method_not_found")

SAMPLES: dict[str, Expectation] = {
    "payments/list_methods.none_yet": answers(200, paymentMethods=[]),
    "payments/list_invoices.none_yet": answers(200, invoices=[], upcoming=[], cursor=None),
    "payments/list_invoices.member": FORBIDDEN,
    "payments/print_invoice.not_found": answers(404, code="invoice_not_found"),
    "payments/add_method.admin": HOSTED,
    "payments/add_method.member": FORBIDDEN,
    "payments/default_method.not_found": NO_SUCH_METHOD,
    "payments/remove_method.not_found": NO_SUCH_METHOD,
    "payments/charge.no_saved_card": NO_SUCH_METHOD,
    "payments/charge.browser_session": FORBIDDEN,
    "payments/charge.without_a_key": INVALID,
    "payments/purchase.charge_item": HOSTED,
    "payments/purchase.machine_names_the_amount": HOSTED,
    "payments/purchase.session_names_an_amount": FORBIDDEN,
    "payments/complete_purchase.forged_state": redirects("https://app.example.com/billing"),
    "payments/top_up.admin": HOSTED,
    "payments/top_up.member": FORBIDDEN,
    "payments/auto_top_up.admin": answers(200, enabled=True, monthlyCap=10_000),
    "payments/auto_top_up.without_a_cap": INVALID,
}

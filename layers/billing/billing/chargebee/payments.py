"""Chargebee's payment sources, one-time purchases and invoices, through its SDK."""

from collections.abc import Sequence
from typing import Any

from billing.chargebee.calls import PAGE_SIZE, PageOpener, Retry, ask, each_of, keyed, path_safe
from billing.chargebee.read_payment_event import read_invoice, read_payment_method
from billing.chargebee.resources import Resources
from billing.core.chargebee_errors import ChargebeeBusy
from billing.payments.domain.charge import Charge, Order
from billing.payments.domain.invoice import Invoice
from billing.payments.domain.payment_method import PaymentMethod
from billing.payments.services.ports import PurchasePage
from billing.subscriptions.services.ports import HostedPage

ONCE = Retry(repeats=(ChargebeeBusy,))
"""Money is asked for once, but where Chargebee did nothing because a record was held: whether to ask again is for
whoever knows what became of it."""


class ChargebeePayments:
    """`Payments` over the official SDK. What is safe to repeat is repeated within bounds."""

    def __init__(self, sdk: Resources, retry: Retry, gateway_account_id: str = "") -> None:
        self._sdk = sdk
        self._retry = retry
        self._open = PageOpener(retry, gateway_account_id)

    def payment_methods(self, customer_id: str) -> tuple[Sequence[PaymentMethod], str | None]:
        """https://apidocs.chargebee.com/docs/api/payment_sources; the customer names its primary."""
        customer = ask(self._retry, lambda: self._sdk.Customer.retrieve(path_safe(customer_id))).customer
        query = {"customer_id": {"is": customer_id}, "limit": PAGE_SIZE}
        sources = each_of(lambda page: ask(self._retry, lambda: self._sdk.PaymentSource.list(dict(page))), query)
        found = [read_payment_method(each.payment_source.raw_data) for each in sources]
        return found, customer.primary_payment_source_id

    def payment_method(self, method_id: str) -> PaymentMethod:
        """https://apidocs.chargebee.com/docs/api/payment_sources#retrieve_a_payment_source"""
        answer = ask(self._retry, lambda: self._sdk.PaymentSource.retrieve(path_safe(method_id)))
        return read_payment_method(answer.payment_source.raw_data)

    def make_primary(self, customer_id: str, method_id: str, key: str) -> None:
        """https://apidocs.chargebee.com/docs/api/customers#assign_payment_role"""
        body = {"payment_source_id": method_id, "role": "primary"}
        call = self._sdk.Customer.assign_payment_role
        ask(self._retry, lambda: call(path_safe(customer_id), dict(body), keyed(key)))

    def delete_payment_method(self, method_id: str, key: str) -> None:
        """https://apidocs.chargebee.com/docs/api/payment_sources#delete_a_payment_source"""
        ask(self._retry, lambda: self._sdk.PaymentSource.delete(path_safe(method_id), keyed(key)))

    def open_card_page(self, customer_id: str, redirect_url: str, key: str) -> HostedPage:
        """https://apidocs.chargebee.com/docs/api/hosted_pages#manage_payment_sources"""
        body = {"customer": {"id": customer_id}, "redirect_url": redirect_url}
        return self._open(self._sdk.HostedPage.manage_payment_sources, body, key)

    def open_purchase(self, page: PurchasePage) -> HostedPage:
        """https://apidocs.chargebee.com/docs/api/hosted_pages#create_checkout_for_charge_items_and_charges"""
        body = {
            "customer": {"id": page.customer_id, **({"locale": page.locale} if page.locale else {})},
            **_bought(page.order),
            "invoice": {"po_number": page.order_number},
            "redirect_url": page.redirect_url,
            "cancel_url": page.cancel_url,
        }
        return self._open(self._sdk.HostedPage.checkout_one_time_for_items, body, page.key)

    def open_collection(self, customer_id: str, currency: str, redirect_url: str, key: str) -> HostedPage:
        """https://apidocs.chargebee.com/docs/api/hosted_pages#collect_now"""
        body = {"customer": {"id": customer_id}, "currency_code": currency, "redirect_url": redirect_url}
        return self._open(self._sdk.HostedPage.collect_now, body, key)

    def charge(self, charge: Charge) -> Invoice:
        """https://apidocs.chargebee.com/docs/api/invoices#create_invoice_for_items_and_one-time_charges"""
        return self._invoice(charge, "on", charge.id)

    def bill(self, charge: Charge) -> Invoice:
        """The same, but that nothing is collected: "created as payment due"."""
        return self._invoice(charge, "off", f"{charge.id}-due")

    def void(self, invoice_id: str) -> Invoice:
        """https://apidocs.chargebee.com/docs/api/invoices#void_an_invoice"""
        call = self._sdk.Invoice.void_invoice
        answer = ask(self._retry, lambda: call(path_safe(invoice_id), {}, keyed(f"void-{invoice_id}")))
        return read_invoice(answer.invoice.raw_data)

    def find_invoice(self, customer_id: str, order_number: str, since: int) -> Invoice | None:
        """https://apidocs.chargebee.com/docs/api/invoices#list_invoices has no filter for `po_number`."""
        query = {"customer_id": {"is": customer_id}, "date": {"after": since - 1}, "limit": PAGE_SIZE}
        found: Invoice | None = None
        for each in each_of(lambda page: ask(self._retry, lambda: self._sdk.Invoice.list(dict(page))), query):
            invoice = read_invoice(each.invoice.raw_data)
            if invoice.order_number == order_number:
                found = invoice
                if found.paid:
                    break
        return found

    def _invoice(self, charge: Charge, auto_collection: str, key: str) -> Invoice:
        method = charge.order.payment_method_id
        body = {
            "customer_id": charge.customer_id,
            **_bought(charge.order),
            **({"payment_source_id": method} if method else {}),
            "auto_collection": auto_collection,
            "po_number": charge.id,
        }
        call = self._sdk.Invoice.create_for_charge_items_and_charges
        return read_invoice(ask(ONCE, lambda: call(body, keyed(key))).invoice.raw_data)


def _bought(order: Order) -> dict[str, Any]:
    """One line: a charge item of the site's catalog, or an amount with its description."""
    if order.item_price_id is not None:
        item = {"item_price_id": order.item_price_id, "quantity": order.quantity}
        return {"item_prices": [item], "currency_code": order.currency}
    return {
        "charges": [{"amount": order.amount, "description": order.description}],
        "currency_code": order.currency,
    }

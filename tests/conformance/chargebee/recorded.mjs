// The fields that every recorded answer of a real Product Catalog 2.0 test site has, whether or not the types require
// them: https://github.com/airbytehq/airbyte, source-chargebee, integration_tests/expected_records.jsonl.
const words = (text) => text.trim().split(/\s+/);

const RECORDED = {
  credit_note: words(`amount_allocated amount_available amount_refunded base_currency_code channel create_reason_code
    date exchange_rate fractional_correction generated_at line_item_discounts line_item_taxes line_items linked_refunds
    allocations reason_code reference_invoice_id resource_version round_off_amount taxes total updated_at`),
  customer: words(`auto_close_invoices card_status channel mrr pii_cleared preferred_currency_code resource_version
    tax_providers_fields taxability updated_at`),
  invoice: words(`adjustment_credit_notes amount_adjusted amount_due amount_paid amount_to_collect applied_credits
    base_currency_code channel credits_applied date dunning_attempts exchange_rate first_invoice has_advance_charges
    issued_credit_notes line_items linked_orders linked_payments net_term_days new_sales_amount resource_version
    round_off_amount total updated_at write_off_amount`),
  item: words(`channel external_name is_shippable item_applicability item_family_id metadata resource_version status
    updated_at`),
  item_price: words(`channel external_name is_taxable item_family_id item_id item_type price resource_version status
    updated_at`),
  line_item: words(`amount customer_id discount_amount id item_level_discount_amount metered pricing_model quantity
    tax_amount tax_exempt_reason`),
  payment_source: words('card gateway_account_id resource_version updated_at'),
  subscription: words(`auto_close_invoices auto_collection billing_period billing_period_unit channel created_at
    due_invoices_count mrr resource_version subscription_items updated_at`),
  subscription_item: words('amount unit_price'),
  transaction: words(`amount amount_unused base_currency_code customer_id date exchange_rate linked_invoices
    linked_refunds resource_version status updated_at`),
};

// A draft has no number and no date of being due yet.
const FINAL_INVOICE = words('due_date generated_at');
const STARTED_SUBSCRIPTION = words('started_at');

export function recordedFields(resource) {
  const always = RECORDED[resource.object] ?? [];
  if (resource.object === 'invoice' && resource.status !== 'pending') return [...always, ...FINAL_INVOICE];
  if (resource.object === 'subscription' && resource.status !== 'future') return [...always, ...STARTED_SUBSCRIPTION];
  return always;
}

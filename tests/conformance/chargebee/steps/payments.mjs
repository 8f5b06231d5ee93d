const THING = { charges: [{ amount: 700, description: 'Thing' }], currency_code: 'USD' };

export async function charges(walker) {
  const charge = (terms) =>
    walker.call('invoice.create_for_charge_items_and_charges', { customer_id: 'acme', ...terms });
  const paid = await charge({ ...THING, auto_collection: 'on', po_number: 'order-2', invoice_note: 'a note' });
  const due = await charge({ item_prices: [{ item_price_id: 'onboarding' }], auto_collection: 'off' });
  const mistaken = await charge({ ...THING, auto_collection: 'off' });
  await walker.call('invoice.retrieve', paid.invoice.id);
  await walker.call('invoice.list', { limit: 10, customer_id: { is: 'acme' }, date: { after: 1 } });
  await walker.call('invoice.collect_payment', due.invoice.id, {});
  await walker.call('invoice.void_invoice', mistaken.invoice.id, {});
  await walker.call('invoice.refund', paid.invoice.id, { refund_amount: 100, credit_note: { reason_code: 'waiver' } });
  const { list } = await walker.call('transaction.list', { customer_id: { is: 'acme' }, type: { is: 'refund' } });
  await walker.call('transaction.retrieve', list[0].transaction.id);
  const notes = await walker.call('credit_note.list', {});
  await walker.call('credit_note.retrieve', notes.list[0].credit_note.id);
}

export async function credits(walker) {
  const given = { customer_id: 'acme', amount: 100, description: 'Sorry' };
  const added = await walker.call('promotional_credit.add', given);
  await walker.call('promotional_credit.deduct', { ...given, amount: 10 });
  await walker.call('promotional_credit.list', { customer_id: { is: 'acme' } });
  await walker.call('promotional_credit.retrieve', added.promotional_credit.id);
  await walker.call('invoice.create_for_charge_items_and_charges', { customer_id: 'acme', ...THING });
}

export async function paymentSources(walker) {
  const made = await walker.call('payment_source.create_card', {
    customer_id: 'acme',
    card: { number: '4111111111111111', expiry_month: 12, expiry_year: 2035, cvv: '100' },
  });
  const { id } = made.payment_source;
  await walker.call('payment_source.list', { customer_id: { is: 'acme' } });
  await walker.call('payment_source.retrieve', id);
  await walker.call('customer.assign_payment_role', 'acme', { payment_source_id: id, role: 'backup' });
  await walker.call('payment_source.delete', id);
}

export async function paymentIntents(walker) {
  const wanted = { amount: 100, currency_code: 'USD', payment_method_type: 'card', customer_id: 'acme' };
  const made = await walker.call('payment_intent.create', wanted);
  await walker.call('payment_intent.retrieve', made.payment_intent.id);
}

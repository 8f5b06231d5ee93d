const THING = { customer_id: 'transferring', charges: [{ amount: 900, description: 'Thing' }], currency_code: 'USD' };

// Money that is owed, written off, paid another way, taken back and charged back.
export async function settlements(walker) {
  const { simulator } = walker;
  await walker.call('customer.create', { id: 'transferring', auto_collection: 'off', net_term_days: 10 });
  const charge = async (terms) =>
    (await walker.call('invoice.create_for_charge_items_and_charges', { ...THING, ...terms })).invoice.id;
  const [lost, transferred] = [await charge(), await charge()];
  await simulator.advance(11);
  await walker.call('invoice.retrieve', lost);
  await walker.call('invoice.pdf', lost);
  await walker.call('invoice.write_off', lost, { comment: 'gone' });
  await walker.call('invoice.record_payment', transferred, {
    transaction: { payment_method: 'bank_transfer', amount: 900, reference_number: 'wire-1' },
  });
  await simulator.setCard('transferring', 'ok');
  for (const kind of ['late_failure', 'chargeback']) {
    const paid = await charge({ auto_collection: 'on' });
    await simulator.control('POST', `/invoices/${paid}/${kind}`);
    await walker.call('invoice.retrieve', paid);
  }
  const credited = await charge({ auto_collection: 'on' });
  await walker.call('credit_note.create', {
    reference_invoice_id: credited, type: 'refundable', total: 400, create_reason_code: 'Other',
  });
  await walker.call('invoice.retrieve', credited);
}

// A debt that dunning leaves behind when it cancels, and a subscription in decimals with a change on a date.
export async function remains(walker) {
  const { simulator } = walker;
  await simulator.control('PUT', '/settings', { multi_decimal: 'on' });
  await walker.call('subscription.create_with_items', 'transferring', {
    id: 'owing',
    subscription_items: [{ item_price_id: 'growth', quantity_in_decimal: '1.5', unit_price_in_decimal: '10.125' }],
    net_term_days: 0,
  });
  await walker.call('subscription.update_for_items', 'owing', {
    subscription_items: [{ item_price_id: 'growth', quantity: 3 }],
    change_option: 'specific_date',
    changes_scheduled_at: (await simulator.now()) + 86_400,
  });
  await walker.call('subscription.retrieve_with_scheduled_changes', 'owing');
  await simulator.advance(2);
  await simulator.control('POST', '/subscriptions/owing/end_dunning', { then: 'cancel' });
  await walker.call('subscription.retrieve', 'owing');
  await walker.call('subscription.update_for_items', 'owing', {
    subscription_items: [{ item_price_id: 'growth', quantity: 1 }],
  });
  await simulator.control('PUT', '/settings', { multi_decimal: 'off' });
}

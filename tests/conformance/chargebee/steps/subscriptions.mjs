const scale = (quantity) => ({ subscription_items: [{ item_price_id: 'scale', quantity }] });

export async function changes(walker) {
  const { simulator } = walker;
  await walker.call('subscription.retrieve', 'trying');
  await walker.call('subscription.list', { limit: 5, customer_id: { is: 'acme' } });
  await walker.call('subscription.subscriptions_for_customer', 'acme', { limit: 5 });
  await walker.call('subscription.change_term_end', 'trying', { term_ends_at: (await simulator.now()) + 20 * 86_400 });
  await walker.call('subscription.update_for_items', 'trying', scale(4));
  await simulator.advance(21);
  await walker.call('estimate.update_subscription_for_items', { subscription: { id: 'trying' }, ...scale(5) });
  await walker.call('estimate.upcoming_invoices_estimate', 'acme');
  await walker.call('estimate.create_sub_item_estimate', { subscription: { trial_end: 0 }, ...scale(2) });
  const trial = { subscription: { trial_end: (await simulator.now()) + 86_400 } };
  await walker.call('estimate.create_sub_item_for_customer_estimate', 'acme', { ...trial, ...scale(2) });
  await walker.call('subscription.update_for_items', 'trying', scale(5));
  await walker.call('subscription.update_for_items', 'trying', {
    subscription_items: [{ item_price_id: 'starter', quantity: 1 }],
    end_of_term: true,
  });
  await walker.call('subscription.remove_scheduled_changes', 'trying');
}

export async function lifecycle(walker) {
  const { simulator } = walker;
  await walker.call('subscription.create_with_items', 'acme', {
    id: 'later',
    ...scale(1),
    start_date: (await simulator.now()) + 5 * 86_400,
  });
  await simulator.advance(6);
  await walker.call('subscription.cancel_for_items', 'later', { cancel_option: 'end_of_term' });
  await walker.call('subscription.remove_scheduled_cancellation', 'later', {});
  await walker.call('subscription.cancel_for_items', 'later', {
    cancel_option: 'immediately',
    cancel_reason_code: 'Too expensive',
  });
  await walker.call('subscription.reactivate', 'later', {});
  await walker.call('subscription.cancel_for_items', 'later', { cancel_option: 'end_of_term' });
  await simulator.advance(40);
  await walker.call('subscription.delete', 'later');
}

export async function pauses(walker) {
  const { simulator } = walker;
  await walker.call('subscription.pause', 'trying', { pause_option: 'end_of_term' });
  await simulator.advance(40);
  await walker.call('subscription.resume', 'trying', {
    resume_option: 'specific_date',
    resume_date: (await simulator.now()) + 86_400,
  });
  await simulator.advance(2);
  await walker.call('subscription.pause', 'trying', { pause_option: 'immediately' });
  await walker.call('subscription.resume', 'trying', { resume_option: 'immediately' });
}

export async function dunning(walker) {
  const { simulator } = walker;
  await simulator.setCard('acme', 'declined');
  await simulator.advance(40);
  await walker.call('subscription.retrieve', 'trying');
  await walker.call('customer.retrieve', 'acme');
  await walker.call('invoice.list', { limit: 10, status: { is: 'payment_due' } });
  await simulator.setCard('acme', 'ok');
  await simulator.control('POST', '/customers/acme/collect', {});
}

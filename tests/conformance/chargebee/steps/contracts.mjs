const GROWTH = { subscription_items: [{ item_price_id: 'growth', quantity: 2 }] };

// One contract is renewed and then terminated, the other one runs out together with its subscription.
export async function contracts(walker) {
  const { simulator } = walker;
  await walker.call('customer.create', { id: 'bound' });
  await simulator.setCard('bound', 'ok');
  for (const [id, action] of [['renewing', 'renew'], ['ending', 'cancel']]) {
    await walker.call('subscription.create_with_items', 'bound', {
      id,
      ...GROWTH,
      billing_cycles: 1,
      contract_term: { action_at_term_end: action },
    });
  }
  await simulator.advance(32);
  await walker.call('subscription.retrieve', 'renewing');
  await walker.call('subscription.cancel_for_items', 'renewing', {
    contract_term_cancel_option: 'terminate_immediately',
  });
}

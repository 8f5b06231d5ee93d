// Subscriptions that change their customer, on a site where customers belong to business entities.
export async function owners(walker) {
  const { simulator } = walker;
  await simulator.control('PUT', '/assumptions', { merge_of_customers: 'told' });
  await simulator.control('PUT', '/settings', { business_entities: ['be_default'] });
  for (const id of ['first', 'second', 'third']) await walker.call('customer.create', { id });
  await simulator.setCard('first', 'ok');
  await walker.call('subscription.create_with_items', 'first', {
    id: 'wanderer',
    subscription_items: [{ item_price_id: 'growth', quantity: 2 }],
  });
  await walker.call('subscription.move', 'wanderer', { to_customer_id: 'second', copy_payment_source: true });
  await walker.call('customer.merge', { from_customer_id: 'second', to_customer_id: 'third' });
  await walker.call('subscription.retrieve', 'wanderer');
  await simulator.control('PUT', '/settings', { business_entities: [] });
}

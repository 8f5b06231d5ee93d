export async function metering(walker) {
  const { simulator } = walker;
  await walker.call('subscription.create_with_items', 'acme', {
    id: 'metered',
    subscription_items: [{ item_price_id: 'growth', quantity: 1 }, { item_price_id: 'api-calls' }],
  });
  await report(walker, 'first', '12000');
  await walker.call('usage.retrieve', 'metered', { id: 'first' });
  await walker.call('usage.list', { subscription_id: { is: 'metered' } });
  const used = await simulator.now();
  await simulator.advance(32);
  await report(walker, 'late', '5', used + 60);
  await walker.call('usage.delete', 'metered', { id: 'late' });
  const drafts = await walker.call('invoice.list', { status: { is: 'pending' } });
  await walker.call('invoice.close', drafts.list[0].invoice.id, { comment: 'closed' });
  await walker.call('subscription.cancel_for_items', 'metered', { cancel_option: 'immediately' });
  await simulator.advance(3);
  await tiered(walker);
}

async function tiered(walker) {
  const tiers = [{ starting_unit: 1, ending_unit: 10, price: 3 }, { starting_unit: 11, price: 1 }];
  await walker.simulator.control('PUT', '/item_prices/api-calls', { pricing_model: 'tiered', tiers });
  const items = [{ item_price_id: 'growth', quantity: 1 }, { item_price_id: 'api-calls' }];
  await walker.call('subscription.create_with_items', 'acme', { id: 'tiered', subscription_items: items });
  await walker.call('subscription.update_for_items', 'tiered', {
    subscription_items: items,
    item_tiers: tiers.map((tier) => ({ item_price_id: 'api-calls', ...tier })),
    replace_items_list: true,
  });
  await walker.call('subscription.cancel_for_items', 'tiered', { cancel_option: 'immediately' });
  await walker.simulator.control('PUT', '/item_prices/api-calls', { pricing_model: 'per_unit', price: 2 });
}

async function report(walker, id, quantity, moment) {
  const usageDate = moment ?? (await walker.simulator.now());
  await walker.call('usage.create', 'metered', {
    id,
    item_price_id: 'api-calls',
    quantity,
    usage_date: usageDate,
    note: 'a note',
  });
}

const LEVELS = [{ level: 1, value: '1000' }, { level: 2, value: '5000' }, { level: 3, is_unlimited: true }];
const PLAN = [{ item_price_id: 'growth', quantity: 1 }];

export async function entitlements(walker) {
  const { sdk, simulator } = walker;
  await walker.call('feature.create', { id: 'calls', name: 'Calls', type: 'quantity', unit: 'call', levels: LEVELS });
  await walker.call('feature.create', { id: 'sso', name: 'Single sign-on', type: 'switch' });
  for (const each of ['calls', 'sso']) await walker.call('feature.activate', each);
  await walker.call('feature.retrieve', 'calls');
  await walker.call('feature.list', { limit: 5 });
  const entitled = (entity_type, entity_id, feature_id, value) => ({ entity_type, entity_id, feature_id, value });
  const given = [entitled('plan', 'growth-plan', 'calls', '1000'), entitled('plan_price', 'growth', 'sso', 'true')];
  await walker.call('entitlement.create', { action: 'upsert', entitlements: given });
  await walker.call('entitlement.list', { feature_id: { is: 'calls' } });
  await sdk.customer.create({ id: 'entitled' });
  await sdk.subscription.createWithItems('entitled', { id: 'entitled', subscription_items: PLAN, auto_collection: 'off' });
  await overridden(walker);
  await sdk.subscription.updateForItems('entitled', {
    subscription_items: [{ item_price_id: 'scale', quantity: 1 }], replace_items_list: true,
  });
  await walker.call('entitlement.create', { action: 'remove', entitlements: given });
}

async function overridden(walker) {
  const { simulator } = walker;
  const until = (await simulator.now()) + 3600;
  await walker.call('entitlement_override.add_entitlement_override_for_subscription', 'entitled', {
    action: 'upsert', entitlement_overrides: [{ feature_id: 'calls', value: '5000', expires_at: until }],
  });
  await walker.call('entitlement_override.list_entitlement_override_for_subscription', 'entitled', { limit: 5 });
  await walker.call('subscription_entitlement.subscription_entitlements_for_subscription', 'entitled', { limit: 5 });
  await simulator.advance(1);
  const again = { action: 'remove', entitlement_overrides: [{ feature_id: 'sso' }] };
  await walker.call('entitlement_override.add_entitlement_override_for_subscription', 'entitled', again);
}

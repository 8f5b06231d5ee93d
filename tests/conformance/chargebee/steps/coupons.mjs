const PLAN = [{ item_price_id: 'growth', quantity: 1 }];
const ALL_PLANS = [{ item_type: 'plan', constraint: 'all' }];
const ONLY_SCALE = [{ item_type: 'plan', constraint: 'specific', item_price_ids: ['scale'] }];

export async function coupons(walker) {
  const { simulator } = walker;
  const shared = { discount_type: 'percentage', apply_on: 'invoice_amount', duration_type: 'forever' };
  const made = [
    { ...shared, id: 'half', name: 'Half', discount_percentage: 50, duration_type: 'one_time', max_redemptions: 2 },
    { ...shared, id: 'gone', name: 'Gone', discount_percentage: 10 },
    { id: 'ten', name: 'Ten off', discount_type: 'fixed_amount', discount_amount: 1000, currency_code: 'USD',
      apply_on: 'each_specified_item', item_constraints: ALL_PLANS, duration_type: 'limited_period', period: 2,
      period_unit: 'month', valid_till: (await simulator.now()) + 30 * 86_400 },
    { ...shared, id: 'scaling', name: 'Scale', discount_percentage: 5, apply_on: 'each_specified_item',
      item_constraints: ONLY_SCALE },
  ];
  for (const each of made) await walker.call('coupon.create_for_items', each);
  await walker.call('coupon.list', { limit: 5 });
  await walker.call('coupon.delete', 'gone');
  await redeemed(walker);
  await withdrawn(walker);
}

async function redeemed(walker) {
  const { simulator } = walker;
  await walker.sdk.customer.create({ id: 'saver' });
  const page = { customer: { id: 'saver' }, subscription: { id: 'saved', trial_end: 0 }, subscription_items: PLAN };
  await simulator.pay(await walker.call('hosted_page.checkout_new_for_items', { ...page, coupon_ids: ['half', 'ten'] }));
  await walker.call('subscription.retrieve', 'saved');
  const more = {
    subscription: { id: 'saved' },
    subscription_items: [{ item_price_id: 'scale', quantity: 2 }],
    coupon_ids: ['scaling'],
  };
  await walker.call('estimate.update_subscription_for_items', more);
  await simulator.pay(await walker.call('hosted_page.checkout_existing_for_items', more));
  await walker.call('invoice.list', { limit: 3, subscription_id: { is: 'saved' } });
}

async function withdrawn(walker) {
  const { sdk, simulator } = walker;
  await walker.call('coupon.retrieve', 'half');
  await simulator.control('POST', '/coupons/half/archive');
  const redeem = (coupon) => sdk.hostedPage.checkoutNewForItems({
    customer: { id: 'saver' }, subscription_items: PLAN, coupon_ids: [coupon],
  });
  await walker.refused('a coupon that is archived', 400, 'param_wrong_value', () => redeem('half'));
  await walker.refused('a coupon of another plan', 400, 'param_wrong_value', () => redeem('scaling'));
  await walker.refused('a coupon that is deleted', 404, 'resource_not_found', () => redeem('gone'));
}

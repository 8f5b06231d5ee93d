const GROWTH = { subscription_items: [{ item_price_id: 'growth' }] };

export async function refusals(walker) {
  const { sdk } = walker;
  const card = { customer_id: 'poor', charges: [{ amount: 100, description: 'Thing' }], currency_code: 'USD' };
  await sdk.customer.create({ id: 'poor' });
  await sdk.subscription.createWithItems('poor', { id: 'unpaid', ...GROWTH, auto_collection: 'off' });
  const cases = [
    ['a second customer of one id', 400, 'duplicate_entry', () => sdk.customer.create({ id: 'poor' })],
    ['a customer that is unknown', 404, 'resource_not_found', () => sdk.customer.retrieve('nobody')],
    ['a parameter that is unknown', 400, 'param_wrong_value', () => sdk.customer.create({ nonsense: 1 })],
    ['a value that is unknown', 400, 'param_wrong_value', () => sdk.customer.create({ auto_collection: 'maybe' })],
    ['a charge without a card', 400, 'payment_method_not_present',
      () => sdk.invoice.createForChargeItemsAndCharges(card)],
    ['a charge that is declined', 400, 'payment_processing_failed', () => declined(walker, card)],
    ['to keep what nobody cancels', 409, 'invalid_state_for_request',
      () => sdk.subscription.removeScheduledCancellation('unpaid', {})],
    ['an empty key', 401, 'api_authentication_failed', () => walker.client('').customer.list()],
    ['a checkout of the first catalog', 400, 'configuration_incompatible',
      () => sdk.hostedPage.checkoutNew({ subscription: { plan_id: 'growth' } })],
    ['a subscription of the first catalog', 400, 'configuration_incompatible',
      () => sdk.subscription.create({ plan_id: 'growth' })],
    ['a plan of the first catalog', 400, 'configuration_incompatible', () => sdk.plan.retrieve('growth')],
  ];
  for (const [what, status, code, attempt] of cases) await walker.refused(what, status, code, attempt);
}

async function declined(walker, charge) {
  await walker.simulator.setCard('poor', 'declined');
  return walker.sdk.invoice.createForChargeItemsAndCharges(charge);
}

// Every refusal that a test can ask for is one of the vendor's.
export async function faults(walker, { refusalCodes }) {
  for (const code of refusalCodes) {
    await walker.simulator.control('PUT', '/faults', { api: [{ path: '/customers', code, count: 1 }] });
    const error = await walker.sdk.customer.list().then(() => null, (refusal) => refusal);
    await walker.refused(code, error?.http_status_code, code, () => Promise.reject(error));
  }
}

export async function idempotency(walker) {
  const create = (id, key) => walker.sdk.customer.create({ id }, { 'chargebee-idempotency-key': key });
  const [first, again] = [await create('twice', 'key'), await create('twice', 'key')];
  if (first.isIdempotencyReplayed || !again.isIdempotencyReplayed) walker.note(['a replay is not told'], 'idempotency');
  await walker.refused('a key used again', 422, 'unable_to_process_request', () => create('other', 'key'));
}

export const ADDRESS = { first_name: 'Ada', line1: '1 Street', city: 'San Francisco', country: 'US', zip: '94114' };

export async function customers(walker) {
  await walker.call('customer.create', {
    id: 'acme',
    company: 'Acme',
    email: 'ada@acme.test',
    first_name: 'Ada',
    last_name: 'Byron',
    auto_collection: 'on',
    meta_data: { organizationId: 'acme' },
    billing_address: ADDRESS,
  });
  await walker.call('customer.create', {});
  await walker.call('customer.create', { id: 'leaving', email: 'bob@acme.test', billing_address: ADDRESS });
  await walker.call('customer.clear_personal_data', 'leaving');
  await walker.call('customer.update', 'acme', { meta_data: { tier: 1 }, phone: '+1 555 0100', auto_collection: 'on' });
  await walker.call('customer.retrieve', 'acme');
  await walker.call('customer.list', { limit: 1, id: { is: 'acme' } });
}

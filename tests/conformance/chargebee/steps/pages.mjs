const BACK = 'https://app.test/back';

export async function hostedPages(walker) {
  const { simulator } = walker;
  const bought = await walker.call('hosted_page.checkout_new_for_items', {
    customer: { id: 'acme' },
    subscription: { id: 'trying', trial_end: (await simulator.now()) + 14 * 86_400 },
    subscription_items: [{ item_price_id: 'growth', quantity: 3 }, { item_price_id: 'priority-support' }],
    redirect_url: BACK,
    cancel_url: BACK,
    pass_thru_content: '{}',
  });
  await walker.call('hosted_page.retrieve', bought.hosted_page.id);
  await simulator.pay(bought);
  await walker.call('hosted_page.acknowledge', bought.hosted_page.id);
  await simulator.pay(
    await walker.call('hosted_page.checkout_new_for_items', {
      customer: { id: 'unknown', email: 'new@app.test' },
      subscription_items: [{ item_price_id: 'starter', quantity: 1 }, { item_price_id: 'onboarding' }],
    }),
  );
  await accountPages(walker);
  await walker.call('hosted_page.list', { limit: 10 });
}

async function accountPages(walker) {
  const { simulator } = walker;
  const customer = { id: 'acme' };
  const change = {
    subscription: { id: 'trying' },
    subscription_items: [{ item_price_id: 'scale', quantity: 2 }],
    replace_items_list: true,
    redirect_url: BACK,
  };
  const top = { customer, charges: [{ amount: 500, description: 'Top-up' }], currency_code: 'USD' };
  await simulator.pay(await walker.call('hosted_page.checkout_existing_for_items', change));
  await simulator.pay(
    await walker.call('hosted_page.checkout_one_time_for_items', { ...top, invoice: { po_number: 'order-1' } }),
  );
  await simulator.pay(await walker.call('hosted_page.manage_payment_sources', { customer, redirect_url: BACK }));
  await simulator.pay(
    await walker.call('hosted_page.collect_now', { customer, currency_code: 'USD', redirect_url: BACK }),
  );
}

export async function portal(walker) {
  const session = await walker.call('portal_session.create', { customer: { id: 'acme' }, redirect_url: BACK });
  await fetch(session.portal_session.access_url, { redirect: 'manual' });
  await walker.call('portal_session.retrieve', session.portal_session.id);
  await walker.call('portal_session.logout', session.portal_session.id);
}

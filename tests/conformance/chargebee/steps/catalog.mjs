export async function catalog(walker) {
  await walker.call('item.list', { limit: 10 });
  await walker.call('item.retrieve', 'growth-plan');
  await walker.call('item_price.list', { limit: 10 });
  await walker.call('item_price.retrieve', 'growth');
}

export async function feed(walker) {
  await walker.call('customer.delete', 'acme');
  let offset;
  do {
    const page = await walker.call('event.list', { limit: 100, ...(offset && { offset }) });
    await walker.call('event.retrieve', page.list[0].event.id);
    offset = page.next_offset;
  } while (offset);
}

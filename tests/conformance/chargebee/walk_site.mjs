// Reads what is on a site through the vendor's SDK, and holds every record and every event against the vendor's types.
import Chargebee from 'chargebee';
import { isTolerated, TOLERATED } from './tolerated.mjs';
import { vendorTypes } from './vendor_types.mjs';
import { Walker } from './walker.mjs';

const LISTS = [
  'item.list', 'item_price.list', 'customer.list', 'payment_source.list', 'subscription.list', 'invoice.list',
  'credit_note.list', 'promotional_credit.list', 'hosted_page.list', 'event.list',
];
const LIMIT = 50;

function siteOf({ CHARGEBEE_SITE: site, CHARGEBEE_API_KEY: apiKey, CHARGEBEE_API_URL: url }) {
  if (!url) return new Chargebee({ site, apiKey });
  const { hostname, port, protocol } = new URL(url);
  const [name, ...rest] = hostname.split('.');
  return new Chargebee({ site: name, hostSuffix: `.${rest.join('.')}`, protocol: protocol.slice(0, -1), port, apiKey });
}

const walker = new Walker(null, vendorTypes(), siteOf(process.env));
let records = 0;
for (const operation of LISTS) {
  const { list } = await walker.call(operation, { limit: LIMIT });
  records += list.length;
  if (operation === 'event.list') for (const { event } of list) walker.holdEvent(event);
}
const found = [...walker.findings].filter(([text]) => !TOLERATED.some((each) => isTolerated(each, text)));
for (const [text, places] of found.sort()) console.log(`  ${text}  (${[...places].slice(0, 4).join(', ')})`);
console.log(`${records} records, ${found.length} differences`);
process.exitCode = found.length ? 1 : 0;

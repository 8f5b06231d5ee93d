// Every difference from the vendor's types that is no mistake, and why. `*` stands for any part of a name.
//
// One that the walk does not meet any more has to be removed from here.
export const TOLERATED = [
  {
    difference: 'HostedPage.content is missing',
    reason: 'a page that nobody has completed has none, although the types require one',
  },
  {
    difference: 'Content.* is missing',
    reason: 'the type lists every resource that there is; a completed page carries those that it made',
  },
  {
    difference: '*Content.card is missing',
    reason: 'the customer has no card',
  },
  {
    difference: 'Subscription*Content.invoice is missing',
    reason: 'nothing was billed',
  },
  {
    difference: 'Payment*Content.subscription is missing',
    reason: 'the invoice is of no subscription',
  },
  {
    difference: 'Subscription*Content.advance_invoice_schedule is missing',
    reason: 'the subscription has no advance invoices',
  },
  {
    difference: 'Subscription*Content.credit_note is missing',
    reason: 'no credit note was made: the simulator makes them for refunds alone',
  },
  {
    difference: 'Subscription*Content.unbilled_charge is missing',
    reason: 'there are no unbilled charges: the simulator invoices at once',
  },
  {
    difference: 'Customer.mrr is unknown',
    reason: 'recorded answers have it',
  },
  {
    difference: '*.base_currency_code is unknown',
    reason: 'recorded answers of invoices, transactions and credit notes have it',
  },
  {
    difference: 'CreditNote.exchange_rate is unknown',
    reason: 'recorded answers have it',
  },
  {
    difference: 'Subscription.SubscriptionItem.unit_price is missing, and recorded answers have it',
    reason: 'the price is in tiers, of which no answer was recorded',
  },
];

// The types name what is a list in an event as if it were one; the events documentation and real events have plurals.
export const PLURALS = {
  credit_notes: 'credit_note',
  subscriptions: 'subscription',
  unbilled_charges: 'unbilled_charge',
};

export function isTolerated({ difference }, found) {
  const pattern = difference.split('*').map((part) => part.replace(/[.()]/g, '\\$&')).join('.*');
  return new RegExp(`^${pattern}$`).test(found);
}

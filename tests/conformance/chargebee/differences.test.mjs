import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differences } from './differences.mjs';
import { refusalDifferences } from './refusals.mjs';
import { TOLERATED, isTolerated } from './tolerated.mjs';

const required = (kind) => ({ kind, required: true });
const records = new Map([
  ['Box', new Map([
    ['id', required({ scalar: 'string' })],
    ['state', required({ choices: ['open', 'shut'] })],
    ['parts', { kind: { list: { record: 'Part' } }, required: false }],
    ['price', { kind: { oneOf: [{ scalar: 'number' }, { scalar: 'string' }] }, required: false }],
  ])],
  ['Part', new Map([['weight', required({ scalar: 'number' })]])],
]);
const box = { object: 'box', id: 'b1', state: 'open', parts: [{ weight: 1 }], price: 2, cf_own: true };
const found = (value) => differences(records, value, { record: 'Box' }, 'Box');

test('a value that is as its type says has no differences', () => {
  assert.deepEqual(found(box), []);
});

test('a field that is missing, unknown or of another type is found, at any depth', () => {
  const { id, ...unnamed } = box;
  assert.deepEqual(found(unnamed), ['Box.id is missing']);
  assert.deepEqual(found({ ...box, colour: 'red' }), ['Box.colour is unknown']);
  assert.deepEqual(found({ ...box, id: 7 }), ['Box.id is number instead of string']);
  assert.deepEqual(found({ ...box, id: null }), ['Box.id is object instead of string']);
  assert.deepEqual(found({ ...box, state: 'ajar' }), ['Box.state is "ajar", no known value']);
  assert.deepEqual(found({ ...box, parts: [{ weight: 1 }, {}] }), ['Part.weight is missing']);
  assert.deepEqual(found({ ...box, parts: {} }), ['Box.parts is object instead of array']);
  assert.deepEqual(found({ ...box, price: true }), ['Box.price is boolean instead of number']);
});

test('a field that recorded answers have is missed though the type does not require it', () => {
  const customers = new Map([['Customer', new Map([['card_status', { kind: { scalar: 'string' }, required: false }]])]]);
  const missed = differences(customers, { object: 'customer' }, { record: 'Customer' }, 'Customer');
  assert.ok(missed.includes('Customer.card_status is missing, and recorded answers have it'));
});

test('a refusal has a status, a code and a type that go together', () => {
  const refusal = { http_status_code: 401, api_error_code: 'api_authentication_failed', type: 'untyped' };
  assert.deepEqual(refusalDifferences(refusal), []);
  assert.equal(refusalDifferences({ ...refusal, type: 'invalid_request' }).length, 1);
  assert.equal(refusalDifferences({ ...refusal, api_error_code: 'request_blocked' }).length, 1);
  assert.equal(refusalDifferences({ ...refusal, http_status_code: 418 }).length, 1);
});

test('what is tolerated is tolerated by its whole name', () => {
  const tolerates = (text) => TOLERATED.some((each) => isTolerated(each, text));
  assert.ok(tolerates('CustomerCreatedContent.card is missing'));
  assert.ok(!tolerates('CustomerCreatedContent.customer is missing'));
  assert.ok(!tolerates('Customer.mrr is unknown, too'));
});

// What a value has otherwise than its type says, as sentences such as "Customer.mrr is unknown".
import { recordedFields } from './recorded.mjs';

// `object` names the resource in every answer and in no type; custom fields are each site's own.
const isKnownEverywhere = (name) => name === 'object' || name.startsWith('cf_');

export function differences(records, value, kind, place) {
  if (kind.any) return [];
  if (kind.oneOf) return closest(kind.oneOf.map((each) => differences(records, value, each, place)));
  if (kind.choices) return kind.choices.includes(value) ? [] : [`${place} is ${JSON.stringify(value)}, no known value`];
  if (kind.scalar) return typeof value === kind.scalar ? [] : [wrongType(place, value, kind.scalar)];
  if (kind.list) return ofList(records, value, kind.list, place);
  return ofRecord(records, value, kind.record, place);
}

function closest(alternatives) {
  return alternatives.reduce((best, each) => (each.length < best.length ? each : best));
}

function wrongType(place, value, wanted) {
  return `${place} is ${Array.isArray(value) ? 'array' : typeof value} instead of ${wanted}`;
}

function ofList(records, value, kind, place) {
  if (!Array.isArray(value)) return [wrongType(place, value, 'array')];
  return value.flatMap((each) => differences(records, each, kind, place));
}

function ofRecord(records, value, name, place) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [wrongType(place, value, name)];
  const fields = records.get(name);
  const missing = [...fields].filter(([field, { required }]) => required && !(field in value));
  const unrecorded = recordedFields(value).filter((field) => !(field in value));
  return [
    ...missing.map(([field]) => `${name}.${field} is missing`),
    ...unrecorded.map((field) => `${name}.${field} is missing, and recorded answers have it`),
    ...Object.entries(value).flatMap(([field, each]) => ofField(records, fields, name, field, each)),
  ];
}

function ofField(records, fields, name, field, value) {
  if (fields.has(field)) return differences(records, value, fields.get(field).kind, `${name}.${field}`);
  return isKnownEverywhere(field) ? [] : [`${name}.${field} is unknown`];
}

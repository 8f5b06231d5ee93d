// Calls the simulator through the vendor's SDK and notes everything that its types do not say.
import Chargebee from 'chargebee';
import { differences } from './differences.mjs';
import { refusalDifferences } from './refusals.mjs';
import { PLURALS } from './tolerated.mjs';

const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
const pascal = (name) => camel(`_${name}`);

export class Walker {
  constructor(simulator, records, sdk) {
    this.simulator = simulator;
    this.records = records;
    this.sdk = sdk ?? this.client('test_key');
    this.called = new Set();
    // Where each difference was met.
    this.findings = new Map();
  }

  client(apiKey) {
    const address = { site: '127', hostSuffix: '.0.0.1', protocol: 'http', port: this.simulator.port };
    return new Chargebee({ ...address, apiKey });
  }

  note(found, where) {
    for (const difference of found) {
      if (!this.findings.has(difference)) this.findings.set(difference, new Set());
      this.findings.get(difference).add(where);
    }
  }

  hold(value, name, where) {
    if (!this.records.has(name)) return this.note([`${name} is no type of the vendor's`], where);
    return this.note(differences(this.records, value, { record: name }, name), where);
  }

  // `operation` is named as the simulator names it, as `hosted_page.checkout_new_for_items`.
  async call(operation, ...parameters) {
    const [resource, method] = operation.split('.');
    this.called.add(operation);
    const answer = await this.sdk[camel(resource)][camel(method)](...parameters);
    const { headers, httpStatusCode, isIdempotencyReplayed, ...body } = answer;
    this.hold(JSON.parse(JSON.stringify(body)), `${pascal(resource)}.${pascal(method)}Response`, operation);
    return answer;
  }

  // The refusal of `attempt` is the one expected, and one that the vendor documents.
  async refused(what, status, code, attempt) {
    const error = await attempt().then(() => null, (refusal) => refusal);
    if (error === null) return this.note([`nothing refuses ${what}`], what);
    const got = `${error.http_status_code} ${error.api_error_code}`;
    if (got !== `${status} ${code}`) this.note([`${what} is refused with ${got} instead of ${status} ${code}`], what);
    return this.note(refusalDifferences(error), what);
  }

  holdEvent(event) {
    const content = Object.fromEntries(
      Object.entries(event.content).map(([name, value]) => [PLURALS[name] ?? name, value]),
    );
    this.hold(content, `${pascal(event.event_type)}Content`, `the event ${event.event_type}`);
    this.hold(event, 'Event', `the event ${event.event_type}`);
  }
}

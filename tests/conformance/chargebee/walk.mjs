// Walks every operation and every event of the Chargebee simulator and holds them against the vendor's types.
import { Simulator, declared } from './simulator.mjs';
import { STEPS } from './steps.mjs';
import { TOLERATED, isTolerated } from './tolerated.mjs';
import { vendorTypes } from './vendor_types.mjs';
import { Walker } from './walker.mjs';

async function walk(simulator, known) {
  const walker = new Walker(simulator, vendorTypes());
  await simulator.control('PUT', '/stray_events', { sent: true });
  for (const step of STEPS) await step(walker, known);
  const events = await simulator.delivered();
  for (const event of events) walker.holdEvent(event);
  const met = new Set(events.map((event) => event.event_type));
  const unwalked = known.operations.filter((each) => !walker.called.has(each));
  const unsent = known.eventTypes.filter((each) => !met.has(each));
  walker.note(unwalked.map((each) => `the operation ${each} is not walked`), 'steps');
  walker.note(unsent.map((each) => `the event ${each} is not met`), 'steps');
  return { walker, events };
}

function report({ walker, events }) {
  const found = [...walker.findings].filter(([text]) => !TOLERATED.some((each) => isTolerated(each, text)));
  const unmet = TOLERATED.filter((each) => ![...walker.findings.keys()].some((text) => isTolerated(each, text)));
  for (const [text, places] of found.sort()) console.log(`  ${text}  (${[...places].slice(0, 4).join(', ')})`);
  for (const { difference } of unmet) console.log(`  tolerated and not met any more: ${difference}`);
  const failures = found.length + unmet.length;
  console.log(
    `conformance: chargebee: ${walker.called.size} operations, ${events.length} events, ${failures} differences`,
  );
  return failures === 0;
}

const simulator = await Simulator.start();
try {
  process.exitCode = report(await walk(simulator, declared())) ? 0 : 1;
} finally {
  simulator.stop();
}

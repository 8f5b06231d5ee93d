// The simulator as a process of its own, with a receiver for its webhooks.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const ITEM_PRICES = join(ROOT, 'tests', 'yours', 'item_prices.json');
const PYTHON = process.env.PYTHON ?? join(ROOT, '.venv', 'bin', 'python');
const PATIENCE_MS = 20_000;

// What the simulator says of itself: the operations that it serves, the events and the refusals that it can send.
const DECLARED = `
import json
from local.chargebee.contents import CONTENTS
from local.chargebee.errors import REFUSALS
from local.chargebee.operations import OPERATIONS
print(json.dumps([[each.name for each in OPERATIONS], list(CONTENTS), list(REFUSALS)]))
`;

export function declared() {
  const output = execFileSync(PYTHON, ['-c', DECLARED], { cwd: ROOT, encoding: 'utf8' });
  const [operations, eventTypes, refusalCodes] = JSON.parse(output);
  return { operations, eventTypes, refusalCodes };
}

export class Simulator {
  static async start() {
    const simulator = new Simulator();
    simulator.receiver = createServer((request, response) => simulator.receive(request, response));
    simulator.receiver.listen(0, '127.0.0.1');
    await once(simulator.receiver, 'listening');
    simulator.port = await freePort();
    simulator.process = spawn(
      PYTHON,
      ['-m', 'local.chargebee', '--port', String(simulator.port), '--catalog', ITEM_PRICES,
        '--webhook-url', `http://127.0.0.1:${simulator.receiver.address().port}/`],
      { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] },
    );
    await simulator.answering().catch((failure) => {
      simulator.stop();
      throw failure;
    });
    return simulator;
  }

  constructor() {
    this.events = [];
  }

  async receive(request, response) {
    const parts = await request.toArray();
    this.events.push(JSON.parse(Buffer.concat(parts).toString()));
    response.end();
  }

  async answering() {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      if (this.process.exitCode !== null) throw new Error('the simulator did not start');
      if (await this.control('GET', '/health').catch(() => null)) return;
      if (Date.now() > deadline) throw new Error('the simulator does not answer');
      await pause(50);
    }
  }

  async control(method, path, body) {
    const answer = await fetch(`http://127.0.0.1:${this.port}/_sim${path}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  pay(page, card = 'ok') {
    return this.control('POST', `/hosted_pages/${page.hosted_page.id}/pay`, { card });
  }

  setCard(customerId, card) {
    return this.control('POST', `/customers/${customerId}/card`, { card });
  }

  advance(days) {
    return this.control('POST', '/clock', { advance_seconds: Math.round(days * 86_400) });
  }

  async now() {
    return (await this.control('GET', '/clock')).now;
  }

  // Every event so far, once each of them has been delivered.
  async delivered() {
    const deadline = Date.now() + PATIENCE_MS;
    while ((await this.control('GET', '/webhooks/pending')).pending > 0) {
      if (Date.now() > deadline) throw new Error('webhooks are still pending');
      await pause(20);
    }
    return this.events;
  }

  stop() {
    this.process.kill();
    this.receiver.close();
  }
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function freePort() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

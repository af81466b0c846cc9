// One client's day on the simulated exchange: steps one after the other, each printed as a line of JSON.
const patience = 20_000;

export const exchange = {
  rest: process.env.SIMULATOR,
  stream: process.env.SIMULATOR?.replace('http', 'ws'),
  key: 'sim-key-0001',
  secret: 'sim-secret-0001',
};

if (!exchange.rest) throw new Error('SIMULATOR is not set: the address of the simulated exchange, e.g. http://127.0.0.1:5490');

// What a client library leaves behind when its connection is cut is not a step; a step that depends on it fails.
process.on('unhandledRejection', () => {});
process.on('uncaughtException', (error) => {
  print({ step: 'nothing is thrown outside of a step', outcome: 'failed', detail: text(error) });
  process.exit(1);
});

function print(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function text(error) {
  const told = error?.response?.data ?? error?.body ?? error;
  const message = told instanceof Error || error?.response === undefined ? error?.message ?? JSON.stringify(told) : JSON.stringify(told);
  return String(message).slice(0, 400);
}

function within(ms, promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing within ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A step passes when it returns; what it returns is for the steps after it. */
export async function step(name, act) {
  try {
    const result = await within(patience, (async () => act())(), name);
    print({ step: name, outcome: 'passed' });
    return result;
  } catch (error) {
    print({ step: name, outcome: 'failed', detail: text(error) });
    return undefined;
  }
}

/** A step that the exchange must refuse, in its own words. */
export function refused(name, act, matches) {
  return step(name, async () => {
    let answer;
    try {
      answer = await act();
    } catch (error) {
      check(matches(error), `refused otherwise: ${text(error)}`);
      return;
    }

    check(matches(answer), `not refused: ${JSON.stringify(answer)?.slice(0, 200)}`);
  });
}

/** A route that the simulated exchange does not serve: it passes only by being answered as unknown. */
export async function notServed(name, route, act, isUnknown) {
  try {
    await within(patience, (async () => act())(), name);
    print({ step: name, outcome: 'failed', detail: `${route} is served: make it a step` });
  } catch (error) {
    if (isUnknown(error)) print({ step: name, outcome: 'not_served', route });
    else print({ step: name, outcome: 'failed', detail: text(error) });
  }
}

export function check(holds, what) {
  if (!holds) throw new Error(what);
}

export function same(expected, actual, what = 'value') {
  check(String(expected) === String(actual), `${what}: expected ${expected}, got ${actual}`);
}

export function near(expected, actual, what = 'value', share = 0.01) {
  check(Math.abs(actual - expected) <= Math.abs(expected) * share, `${what}: expected about ${expected}, got ${actual}`);
}

/** Waits until something is true; asks again every 50 ms. */
export async function until(what, ask) {
  for (const began = Date.now(); Date.now() - began < patience - 1000; await new Promise((done) => setTimeout(done, 50))) {
    const found = await ask();
    if (found) return found;
  }

  throw new Error(`${what}: did not happen`);
}

/** The exchange's back door: prices, sockets, hands. */
export async function control(path, body) {
  const answer = await fetch(`${exchange.rest}/control/${path}`, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
  const told = await answer.json();
  check(answer.ok, `control/${path}: ${JSON.stringify(told)}`);
  return told;
}

/** Sets the price of a symbol and holds it. */
export const price = (symbol, mark, seconds = 30) => control('price', { symbol, mark, hold_seconds: seconds });

/** What came over a stream, to be waited for. */
export class Heard {
  constructor() {
    this.all = [];
  }

  push(event) {
    this.all.push(event);
  }

  forget() {
    this.all = [];
  }

  next(what, matches) {
    return until(what, () => this.all.find(matches));
  }

  /** Does something again and again until it is told: a connection that comes back tells nothing of before. */
  nextOf(what, act, matches) {
    return until(what, async () => {
      await act();
      await new Promise((soon) => setTimeout(soon, 300));
      return this.all.find(matches);
    });
  }
}

export function done() {
  process.exit(0);
}

import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that systems hand out by themselves (Linux from 32768, macOS from 49152): what is free here stays so until
 * the process that it is for has started, however many connections are made meanwhile.
 */
const LOWEST_PORT = 15_000;
const HIGHEST_PORT = 32_000;
const ATTEMPTS = 100;

/**
 * Ports that no browser calls, whatever a page asks of it; of those, the ones that need no rights.
 * https://fetch.spec.whatwg.org/#port-blocking
 */
const CLOSED_TO_PAGES = [
  ...[1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566],
  ...[6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080],
];

export interface Place {
  /** Of loopback. */
  readonly host: string;
  readonly port: number;
}

/**
 * A loopback port that nobody listens on and that browsers do not call, for a process that looks at nobody's signature. They are
 * few: Linux has them once for each address of loopback, other systems once, and where all are taken it is any port.
 */
export async function placeClosedToPages(): Promise<Place> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const host = process.platform === 'linux' ? `127.0.0.${randomInt(1, 255)}` : '127.0.0.1';
    const port = CLOSED_TO_PAGES[randomInt(CLOSED_TO_PAGES.length)] ?? 0;
    if (await isFree({ host, port })) return { host, port };
  }
  return { host: '127.0.0.1', port: await freePort() };
}

/** A loopback port that nobody listens on, for a process that cannot choose one itself. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    if (await isFree({ host: '127.0.0.1', port })) return port;
  }
  throw new Error('No port of this machine is free.');
}

/** Whether nobody listens there. */
export function isFree({ host, port }: Place): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

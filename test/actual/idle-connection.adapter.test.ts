import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { watchedNetwork } from '../../functions/actual/network.ts';

/** Actual's server says 5 s too, and means it; this one closes sooner. */
const IDLE_MS = 50;

/** In a process of its own, because this one will be busy. Prints its port. */
const SERVER = `
  const server = require('node:http').createServer((request, response) => {
    request.resume().on('end', () => response.end('{}'));
    response.on('finish', () => setTimeout(() => request.socket.destroy(), ${IDLE_MS}));
  });
  server.listen(0, '127.0.0.1', () => console.log(String(server.address().port)));
`;

it('reaches a server that closed an idle connection while this process was too busy to see it', async () => {
  const server = spawn(process.execPath, ['-e', SERVER]);
  const [port] = await once(server.stdout, 'data');
  const address = `http://127.0.0.1:${String(port).trim()}/sync/sync`;
  const network = watchedNetwork(fetch);
  await (await network.fetch(address)).text();
  await setImmediate();
  // What goes on after it sees no closed connection before the next request is sent.
  await stat(import.meta.dirname);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, IDLE_MS * 10);
  const request = { method: 'POST', body: new Uint8Array(1_000_000) };
  const answer = await network.fetch(address, request).finally(() => server.kill());
  expect(await answer.text()).toBe('{}');
});

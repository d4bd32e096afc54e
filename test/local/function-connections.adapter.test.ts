import { createSecureServer } from 'node:http2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeAuthority } from '../actual/certificates.ts';
import { type OneFunction, oneFunction } from './one-function.ts';

/** How the functions' `fetch` uses connections. Node 24 speaks HTTP/1.1 by itself, Node 26 does not. */

const FUNCTION = `exports.handler = async ({ address, authority }) => {
  require('node:tls').setDefaultCACertificates([authority]);
  const ask = async () => (await fetch(address, { headers: { connection: 'close' } })).text();
  return [await ask(), await ask()];
};`;

let made: OneFunction;

beforeAll(async () => {
  made = await oneFunction('twice', FUNCTION);
});

afterAll(() => made.remove());

it('a function asks a server that speaks HTTP/2 too on a new connection where it wants one', async () => {
  const { key, certificate: cert, authority } = makeAuthority('A household').issue(['127.0.0.1']);
  let connections = 0;
  const server = createSecureServer({ key, cert, allowHTTP1: true }, (request, answer) => {
    answer.end(`HTTP/${request.httpVersion} on connection ${connections}`);
  });
  server.on('secureConnection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  const port = typeof bound === 'object' ? bound?.port : undefined;
  const asked = { address: `https://127.0.0.1:${port}`, authority };
  expect(await made.pool.invoke('twice', asked)).toEqual({
    kind: 'success',
    payload: ['HTTP/1.1 on connection 1', 'HTTP/1.1 on connection 2'],
  });
  server.close();
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createSecureServer } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FunctionPool } from '../../local/runtime/functions/pool.ts';
import { makeAuthority } from '../actual/certificates.ts';

/** How the functions' `fetch` uses connections. Node 24 speaks HTTP/1.1 by itself, Node 26 does not. */

const FUNCTION = `exports.handler = async ({ address, authority }) => {
  require('node:tls').setDefaultCACertificates([authority]);
  const ask = async () => (await fetch(address, { headers: { connection: 'close' } })).text();
  return [await ask(), await ask()];
};`;

let folder: string;
let pool: FunctionPool;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'function-connections-'));
  await writeFile(join(folder, 'twice.js'), FUNCTION);
  pool = new FunctionPool({
    functions: [
      {
        name: 'twice',
        arn: 'arn:aws:lambda:us-east-1:000000000000:function:twice',
        folder,
        handler: 'twice.handler',
        memoryMb: 128,
        timeoutSeconds: 20,
        reservedConcurrency: undefined,
        environment: {},
      },
    ],
    folders: { scratch: join(folder, 'scratch'), compiled: join(folder, 'compiled') },
    log: () => {},
  });
});

afterAll(async () => {
  await pool.close();
  await rm(folder, { recursive: true, force: true });
});

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
  expect(await pool.invoke('twice', asked)).toEqual({
    kind: 'success',
    payload: ['HTTP/1.1 on connection 1', 'HTTP/1.1 on connection 2'],
  });
  server.close();
});

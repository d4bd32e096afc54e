import { createServer, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startDynamoDbFront } from '../../local/runtime/services/dynamodb-front.ts';
import { type LoopbackService, listenOnLoopback } from '../../local/runtime/services/loopback.ts';
import { CREDENTIALS } from '../e2e/installation.ts';
import { OWNER_ALONE } from './owner.ts';
import { stackOf } from './services.ts';
import { signedSocket } from './signed-socket.ts';

/** What functions reach of the table, where one of both sides ends in the middle of an answer. */

let engine: LoopbackService;
let front: LoopbackService;
let connections: () => Promise<number>;
/** How the engine answers. */
let respond: (response: ServerResponse) => void;

beforeEach(async () => {
  const server = createServer((request, response) => {
    request.resume().once('end', () => respond(response));
  });
  connections = () =>
    new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
  engine = await listenOnLoopback(server);
  front = await startDynamoDbFront({
    stack: stackOf(),
    engine: engine.url,
    credentials: CREDENTIALS,
    guard: OWNER_ALONE,
  });
});

afterEach(async () => {
  await front.close();
  await engine.close();
});

it('a caller that is gone takes its connection to the engine along', async () => {
  respond = (response) => response.end(Buffer.alloc(8_000_000));
  for (const _time of [1, 2, 3]) {
    const caller = call();
    await new Promise((resolve) => caller.once('data', resolve));
    caller.destroy();
  }
  await expect.poll(connections).toBe(0);
});

it('a caller that is gone before its answer does no harm, and takes its connection along too', async () => {
  const asked = Promise.withResolvers<ServerResponse>();
  respond = asked.resolve;
  const caller = call().resume();
  const response = await asked.promise;
  await new Promise((resolve) => caller.once('close', resolve).end());
  response.end(Buffer.alloc(8_000_000));
  await expect.poll(connections).toBe(0);
  respond = (next) => next.end('{}');
  const next = call();
  expect(`${await new Promise((resolve) => next.once('data', resolve))}`).toContain('200 OK');
  next.destroy();
});

it('an engine that ends in the middle of an answer leaves no caller waiting for the rest', async () => {
  respond = (response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('half', () => response.destroy());
  };
  const caller = call().resume();
  await new Promise((resolve) => caller.once('close', resolve));
});

function call(): Socket {
  return signedSocket(front.url, {
    service: 'dynamodb',
    method: 'POST',
    path: '/',
    headers: { 'x-amz-target': 'DynamoDB_20120810.Query' },
    body: '{"TableName":"things"}',
  });
}

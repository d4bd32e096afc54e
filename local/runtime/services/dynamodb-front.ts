import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { LOCAL_REGION, type LocalCredentials, type ResolvedStack } from '../contract.ts';
import { bodyOf } from '../http/body.ts';
import { isSigned } from '../http/signature.ts';
import { dynamoDbAttempts, type TableKeys } from '../rights/attempts.ts';
import type { RightsGuard } from '../rights/guard.ts';
import { TABLE_TYPES } from './dynamodb.ts';
import { type LoopbackService, listenOnLoopback } from './loopback.ts';
import { LONGEST_BYTES, NOT_SIGNED } from './loopback-service.ts';

/** A call that a function made, as it is on the wire. */
export interface TableCall {
  readonly operation: string;
  readonly request: Readonly<Record<string, unknown>>;
}

export function isWrite({ operation }: TableCall): boolean {
  return /^(Put|Update|Delete|BatchWrite|TransactWrite)Items?$/.test(operation);
}

/** What functions reach of the tables: the engine itself knows neither signatures nor roles, so their calls pass through here. */
export async function startDynamoDbFront(options: {
  readonly stack: ResolvedStack;
  /** Address of the engine. */
  readonly engine: string;
  readonly credentials: LocalCredentials;
  readonly guard: RightsGuard;
  /** Told of each call that was done. */
  readonly onCall?: ((call: TableCall) => void) | undefined;
}): Promise<LoopbackService> {
  const agent = new Agent({ keepAlive: true });
  const tables = tableKeys(options.stack);
  const server = createServer((incoming, response) => {
    pass(incoming, response, { ...options, agent, tables }).catch(() => response.destroy());
  });
  const service = await listenOnLoopback(server);
  return {
    url: service.url,
    close: async () => {
      await service.close();
      agent.destroy();
    },
  };
}

function tableKeys({ resources }: ResolvedStack): TableKeys {
  const tables = new Map(
    resources
      .filter(({ type }) => TABLE_TYPES.includes(type))
      .map(({ physicalId, arn, properties }) => {
        const schema: readonly unknown[] = [properties.KeySchema].flat();
        const key = schema.map(Object).find(({ KeyType }) => KeyType === 'HASH');
        return [physicalId, { arn, partitionKey: String(key?.AttributeName) }];
      }),
  );
  return {
    arnOf: (name) => tables.get(name)?.arn ?? `arn:aws:dynamodb:${LOCAL_REGION}::table/${name}`,
    partitionKeyOf: (name) => tables.get(name)?.partitionKey ?? '',
  };
}

async function pass(
  incoming: IncomingMessage,
  response: ServerResponse,
  {
    engine,
    credentials,
    guard,
    onCall,
    agent,
    tables,
  }: {
    readonly engine: string;
    readonly credentials: LocalCredentials;
    readonly guard: RightsGuard;
    readonly onCall?: ((call: TableCall) => void) | undefined;
    readonly agent: Agent;
    readonly tables: TableKeys;
  },
): Promise<void> {
  const body = await bodyOf(incoming, LONGEST_BYTES);
  if (body === undefined)
    return refuse(response, 'ValidationException', 'The request is too large.');
  if (!isSigned(incoming, body, credentials, Date.now(), () => true)) {
    return refuse(response, NOT_SIGNED.__type, NOT_SIGNED.message);
  }
  const { headers, method, url } = incoming;
  const [, operation = ''] = String(headers['x-amz-target']).split('.');
  const token = headers['x-amz-security-token'];
  const call = { operation, request: Object(JSON.parse(body.toString('utf8'))) };
  const attempts = dynamoDbAttempts(operation, call.request, tables);
  if (!guard.allows(token?.toString(), attempts)) {
    return refuse(response, 'AccessDeniedException', `No policy allows ${operation}`);
  }
  const outgoing = request(engine, { agent, method, path: url, headers }, (answer) => {
    if (answer.statusCode === 200) onCall?.(call);
    // The caller is gone, as one that was out of time: a pipeline to nobody would throw.
    if (response.destroyed) {
      answer.destroy();
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    // Whichever of both ends first, the other does too: nobody would read, or write, the rest.
    pipeline(answer, response, () => {});
  });
  // The engine is gone: so is the connection that was kept for the caller, who tries again.
  outgoing.on('error', () => response.destroy());
  outgoing.end(body);
}

function refuse(response: ServerResponse, exception: string, Message: string): void {
  response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ __type: `com.amazon.coral.service#${exception}`, Message }));
}

import type { LocalCredentials } from '../contract.ts';
import { type Fields, fieldsOf } from '../fields.ts';
import type { RightsGuard } from '../rights/guard.ts';
import type { Attempt } from '../rights/statement.ts';
import type { LoopbackService } from './loopback.ts';
import {
  jsonAnswer,
  type ServiceAnswer,
  type ServiceRequest,
  startLoopbackService,
} from './loopback-service.ts';

/** AWS's JSON protocol: one address, the operation in a header. */

/** An error that the SDK turns into its exception of the same name. */
export class ServiceError extends Error {
  override readonly name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export type Operation = (input: Fields) => Promise<Fields> | Fields;
type Operations = Readonly<Record<string, Operation>>;

/** What a service lets functions do. */
export interface Guarded {
  readonly guard: RightsGuard;
  readonly attemptsOf: (operation: string, input: Fields) => readonly Attempt[];
}

interface JsonService {
  readonly credentials: LocalCredentials;
  readonly operations: Operations;
  /** Without it, functions may do what the owner may. */
  readonly guarded?: Guarded;
}

export function startJsonService(options: JsonService): Promise<LoopbackService> {
  return startLoopbackService({
    credentials: options.credentials,
    answer: (request) => answer(request, options),
  });
}

async function answer(
  { headers, body, sessionToken }: ServiceRequest,
  { operations, guarded }: JsonService,
): Promise<ServiceAnswer> {
  const target =
    String(headers['x-amz-target'] ?? '')
      .split('.')
      .at(-1) ?? '';
  const operation = Object.hasOwn(operations, target) ? operations[target] : undefined;
  if (operation === undefined) {
    return jsonAnswer(400, { __type: 'UnknownOperationException', message: target });
  }
  try {
    const fields = fieldsOf(JSON.parse(body || '{}'));
    if (guarded?.guard.allows(sessionToken, guarded.attemptsOf(target, fields)) === false) {
      throw new ServiceError('AccessDeniedException', `No policy allows ${target}`);
    }
    return jsonAnswer(200, await operation(fields));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return jsonAnswer(400, { __type: error.name, message: error.message });
  }
}

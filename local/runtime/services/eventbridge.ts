import { randomUUID } from 'node:crypto';
import { LOCAL_ACCOUNT, LOCAL_REGION, type LocalCredentials } from '../contract.ts';
import { type Fields, isFields } from '../fields.ts';
import { eventBridgeAttempts } from '../rights/attempts.ts';
import type { RightsGuard } from '../rights/guard.ts';
import { ServiceError, startJsonService } from './json-service.ts';
import type { LoopbackService } from './loopback.ts';

/** EventBridge's `PutEvents` to the default bus of this machine: what it takes goes to the rules that match. */
export function startEventBridge(options: {
  readonly publish: (event: Fields) => void;
  readonly credentials: LocalCredentials;
  readonly guard: RightsGuard;
}): Promise<LoopbackService> {
  return startJsonService({
    credentials: options.credentials,
    guarded: { guard: options.guard, attemptsOf: eventBridgeAttempts },
    operations: {
      PutEvents: ({ Entries }) => {
        if (!Array.isArray(Entries) || Entries.length === 0 || Entries.length > MOST_AT_ONCE) {
          throw new ServiceError('ValidationException', `Entries has to hold 1 to ${MOST_AT_ONCE}`);
        }
        const answers = Entries.map((entry) => put(Object(entry), options.publish));
        const FailedEntryCount = answers.filter((answer) => 'ErrorCode' in answer).length;
        return { FailedEntryCount, Entries: answers };
      },
    },
  });
}

const MOST_AT_ONCE = 10;

/** One entry, which is taken or refused by itself ("PutEventsResultEntry"). */
function put(entry: Fields, publish: (event: Fields) => void): Fields {
  const { EventBusName: bus = 'default', Source: source, DetailType: type, Resources = [] } = entry;
  if (bus !== 'default') return refused('ResourceNotFoundException', `There is no bus ${bus}`);
  if (typeof source !== 'string' || typeof type !== 'string') {
    return refused('InvalidArgument', 'Source and DetailType have to be texts');
  }
  const detail = detailOf(entry.Detail);
  if (detail === undefined) return refused('MalformedDetail', 'Detail is malformed.');
  const id = randomUUID();
  publish({
    version: '0',
    id,
    'detail-type': type,
    source,
    account: LOCAL_ACCOUNT,
    // To the second, as EventBridge has it.
    time: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    region: LOCAL_REGION,
    resources: Resources,
    detail,
  });
  return { EventId: id };
}

function refused(code: string, message: string): Fields {
  return { ErrorCode: code, ErrorMessage: message };
}

function detailOf(text: unknown): Fields | undefined {
  try {
    const detail: unknown = JSON.parse(String(text));
    return isFields(detail) ? detail : undefined;
  } catch {
    return undefined;
  }
}

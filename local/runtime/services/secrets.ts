import { randomBytes, randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { LocalCredentials, ResolvedStack } from '../contract.ts';
import { type Fields, fieldsOf } from '../fields.ts';
import { secretAttempts } from '../rights/attempts.ts';
import type { RightsGuard } from '../rights/guard.ts';
import { readWhole, writeWhole } from '../whole-file.ts';
import { ServiceError, startJsonService } from './json-service.ts';
import type { LoopbackService } from './loopback.ts';

const SecretValue = z.object({ versionId: z.string(), text: z.string() });
type SecretValue = Readonly<z.infer<typeof SecretValue>>;
const SecretValues = z.record(z.string(), SecretValue);

/** Secrets in one file that only its owner can read, written whole or not at all. */
export class SecretVault {
  private readonly file: string;
  private readonly values: Map<string, SecretValue>;

  /** @throws DataFolderError when there are secrets that cannot be read. */
  constructor(file: string) {
    this.file = file;
    this.values = new Map(Object.entries(readValues(file)));
  }

  get(arn: string): SecretValue | undefined {
    return this.values.get(arn);
  }

  /** A value equal to the one there keeps its version. */
  put(arn: string, text: string, versionId: string = randomUUID()): SecretValue {
    const before = this.values.get(arn);
    if (before?.text === text) return before;
    const value = { versionId, text };
    // Kept first: what was not, and is put once more, would be taken for one that is there.
    writeWhole(this.file, JSON.stringify({ ...Object.fromEntries(this.values), [arn]: value }));
    this.values.set(arn, value);
    return value;
  }
}

/** Serves the stack's secrets; one that has no value yet gets the template's. */
export function startSecrets(options: {
  readonly stack: ResolvedStack;
  readonly vault: SecretVault;
  readonly credentials: LocalCredentials;
  readonly guard: RightsGuard;
}): Promise<LoopbackService> {
  const { stack, vault, credentials, guard } = options;
  const secrets = stack.resources.filter(({ type }) => type === 'AWS::SecretsManager::Secret');
  for (const { arn, properties } of secrets) {
    if (vault.get(arn) === undefined) vault.put(arn, initialValue(properties));
  }
  const arnOf = ({ SecretId }: Fields): string => {
    const found = secrets.find(({ arn, logicalId }) => arn === SecretId || logicalId === SecretId);
    if (found === undefined) {
      throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the secret.");
    }
    return found.arn;
  };
  const read = (input: Fields) => {
    const ARN = arnOf(input);
    const value = vault.get(ARN);
    return {
      ARN,
      Name: ARN.split(':').at(-1),
      VersionId: value?.versionId,
      VersionStages: ['AWSCURRENT'],
      SecretString: value?.text,
    };
  };
  return startJsonService({
    credentials,
    guarded: { guard, attemptsOf: secretAttempts },
    operations: {
      GetSecretValue: read,
      DescribeSecret: (input) => {
        const { SecretString: _hidden, VersionId, ...described } = read(input);
        return { ...described, VersionIdsToStages: { [String(VersionId)]: ['AWSCURRENT'] } };
      },
      PutSecretValue: (input) => {
        const ARN = arnOf(input);
        const token = input.ClientRequestToken;
        const id = typeof token === 'string' ? token : randomUUID();
        const { versionId } = vault.put(ARN, String(input.SecretString), id);
        return { ARN, VersionId: versionId, VersionStages: ['AWSCURRENT'] };
      },
    },
  });
}

function initialValue(properties: Fields): string {
  if (typeof properties.SecretString === 'string') return properties.SecretString;
  const random = randomBytes(16).toString('hex');
  const { SecretStringTemplate = '{}', GenerateStringKey } = fieldsOf(
    properties.GenerateSecretString,
  );
  if (GenerateStringKey === undefined) return random;
  const fields = fieldsOf(JSON.parse(String(SecretStringTemplate)));
  return JSON.stringify({ ...fields, [String(GenerateStringKey)]: random });
}

function readValues(file: string): Readonly<Record<string, SecretValue>> {
  const damaged = `The secrets in ${file} cannot be read: take the file out of a backup, or remove it, and passwords are asked for again.`;
  return readWhole(file, SecretValues, damaged) ?? {};
}

import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { afterEach, expect, it, vi } from 'vitest';
import { outputOf } from '../../operate/stack.ts';
import { wordingOf } from '../../operate/wording.ts';

/** What an operator reads where a command could not begin. */

afterEach(() => {
  vi.unstubAllEnvs();
});

it('says how a region is given where the settings of AWS have none', async () => {
  for (const name of Object.keys(process.env).filter((one) => one.startsWith('AWS_'))) {
    vi.stubEnv(name, undefined);
  }
  vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
  const error: unknown = await outputOf(
    new CloudFormationClient({}),
    'ActualJobs',
    'DeadLetters',
  ).catch((refused: unknown) => refused);
  expect(wordingOf(error)).toMatch(/^There is no AWS region: set AWS_REGION/);
});

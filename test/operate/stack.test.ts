import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { beforeEach, expect, it, vi } from 'vitest';
import { outputOf, StackError } from '../../operate/stack.ts';

/** What is said where a stack does not say what it is asked for. */

const client = new CloudFormationClient({ region: 'eu-central-1' });
const send = vi.spyOn(client, 'send');
const named = (name: string) => Object.assign(new Error('by AWS'), { name });

beforeEach(() => {
  send.mockReset();
});

it('a stack that is not there is named, and the option that names another', async () => {
  send.mockRejectedValue(named('ValidationError'));
  const asked = outputOf(client, 'Mine', 'ApiUrl');
  await expect(asked).rejects.toThrow(StackError);
  await expect(asked).rejects.toThrow('There is no stack Mine');
});

it('whatever else AWS refuses is told in its own words: the stack may well be there', async () => {
  send.mockRejectedValue(named('AccessDenied'));
  await expect(outputOf(client, 'Mine', 'ApiUrl')).rejects.toThrow('by AWS');
});

it('a stack without the output is not one of this version', async () => {
  send.mockImplementation(async () => ({ Stacks: [{ Outputs: [{ OutputKey: 'Other' }] }] }));
  await expect(outputOf(client, 'Mine', 'ApiUrl')).rejects.toThrow('has no output ApiUrl');
});

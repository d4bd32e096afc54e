import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../infra/config/config.ts';
import { modelRights } from '../../infra/model.ts';

/** Rights to ask a model on Amazon Bedrock. */

function rightsFor(model: Readonly<Record<string, string>>): unknown {
  const env = { region: 'eu-central-1', account: '111122223333' };
  const stack = new Stack(new App(), 'Stack', { env });
  const { model: config } = parseConfig({ model: { provider: 'bedrock', ...model } });
  if (config === undefined) throw new Error('No model');
  const statements = modelRights(stack, config, undefined).map((one) => one.toStatementJson());
  return JSON.parse(
    JSON.stringify(stack.resolve(statements)).replaceAll(
      /\{"Fn::Join":\["",\["arn:",\{"Ref":"AWS::Partition"\},"([^"]+)"\]\]\}/g,
      '"arn:aws$1"',
    ),
  );
}

const asking = (Resource: string, Condition?: unknown) => ({
  Effect: 'Allow',
  Action: 'bedrock:InvokeModel',
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});
const through = (arn: string) => ({ StringEquals: { 'bedrock:InferenceProfileArn': arn } });

describe('a model on Amazon Bedrock', () => {
  it('may be asked by itself, in its region, and no other', () => {
    expect(rightsFor({ modelId: 'amazon.nova-lite-v1:0' })).toEqual([
      asking('arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-lite-v1:0'),
    ]);
    expect(rightsFor({ modelId: 'zai.glm-4.6', region: 'us-east-1' })).toEqual([
      asking('arn:aws:bedrock:us-east-1::foundation-model/zai.glm-4.6'),
    ]);
  });

  it.each(['eu', 'global'])(
    'behind the inference profile %s. may be asked through that alone',
    (group) => {
      const id = `${group}.amazon.nova-lite-v1:0`;
      const profile = `arn:aws:bedrock:eu-central-1:111122223333:inference-profile/${id}`;
      expect(rightsFor({ modelId: id })).toEqual([
        asking(profile),
        asking('arn:aws:bedrock:*::foundation-model/amazon.nova-lite-v1:0', through(profile)),
      ]);
    },
  );

  it('behind an inference profile of the account may be asked through that alone', () => {
    const modelId =
      'arn:aws:bedrock:eu-central-1:111122223333:application-inference-profile/abcdefghijkl';
    expect(rightsFor({ modelId })).toEqual([
      asking(modelId),
      asking('arn:aws:bedrock:*::foundation-model/*', through(modelId)),
    ]);
  });

  it('with throughput of its own may be asked by its ARN', () => {
    const modelId = 'arn:aws:bedrock:eu-central-1:111122223333:provisioned-model/abcdefghijkl';
    expect(rightsFor({ modelId })).toEqual([asking(modelId)]);
  });
});

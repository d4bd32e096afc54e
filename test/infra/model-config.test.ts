import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from '../../infra/config/config.ts';

const LIMITS = {
  callsPerJob: 20,
  tokensPerJob: 150_000,
  secondsPerJob: 300,
  payeesPerCall: 40,
  outputTokensPerCall: 4000,
  secondsPerCall: 60,
};
const BEDROCK = { provider: 'bedrock', modelId: 'eu.amazon.nova-lite-v1:0' };
const OPENAI = { provider: 'openai', modelId: 'gpt-5-mini', address: 'https://api.openai.com/v1' };

const parsed = (model: unknown) => parseConfig({ model }).model;

describe('the language model of a stack', () => {
  it('is none unless it is configured', () => {
    expect(parseConfig({}).model).toBeUndefined();
  });

  it('is one on Amazon Bedrock, within limits that have defaults', () => {
    expect(parsed(BEDROCK)).toEqual({ ...BEDROCK, limits: LIMITS });
    const more = { region: 'us-gov-west-1', limits: { callsPerJob: 5 } };
    expect(parsed({ ...BEDROCK, ...more })).toMatchObject({
      region: 'us-gov-west-1',
      limits: { ...LIMITS, callsPerJob: 5 },
    });
  });

  it.each([
    'arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-lite-v1:0',
    'arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0',
    'arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/a1b2c3d4e5f6',
    'arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:provisioned-model/a1b2c3d4e5f6',
    'arn:aws:bedrock:us-east-1:123456789012:custom-model-deployment/a1b2c3d4e5f6',
    'arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0/a1b2c3d4e5f6',
    'arn:aws:bedrock:us-east-1:123456789012:imported-model/a1b2c3d4e5f6',
    'arn:aws:bedrock:us-east-1:123456789012:default-prompt-router/amazon.nova:1',
    'arn:aws:bedrock:us-east-1:123456789012:prompt-router/a1b2c3d4e5f6',
  ])('may be named by the ARN of what can be asked: %s', (modelId) => {
    expect(parsed({ ...BEDROCK, modelId })).toMatchObject({ modelId });
  });

  it.each([
    'arn:aws:bedrock:eu-central-1:123456789012:guardrail/a1b2c3d4e5f6',
    'arn:aws:bedrock:eu-central-1:123456789012:prompt/A1B2C3D4E5',
    'arn:aws:bedrock:eu-central-1:123456789012:agent/A1B2C3D4E5',
    'arn:aws:bedrock:eu-central-1::foundation-model/',
    'arn:aws:sagemaker:eu-central-1:123456789012:endpoint/nova',
  ])('is not named by an ARN of anything else: %s', (modelId) => {
    expect(() => parsed({ ...BEDROCK, modelId })).toThrow(
      'model.modelId: has to be the id or ARN of a model or an inference profile in Amazon Bedrock: this is the ARN of something else',
    );
  });

  it('is told of a name that is no ARN at all once what it has to be', () => {
    expect(() => parsed({ ...BEDROCK, modelId: 'arn:Nova Lite' })).toThrow(/Bedrock$/);
  });

  it('is one behind an address that speaks as OpenAI', () => {
    expect(parsed(OPENAI)).toEqual({
      ...OPENAI,
      apiKey: 'secret',
      allowHttp: false,
      jsonSchema: true,
      outputTokensField: 'max_tokens',
      limits: LIMITS,
    });
  });

  it.each(['http://localhost:11434/v1', 'http://127.0.0.1:8080', 'http://[::1]:1/v1'])(
    'may be reached without encryption on this machine: %s',
    (address) => {
      expect(parsed({ ...OPENAI, address })).toMatchObject({ address });
    },
  );

  it('may be reached without encryption elsewhere when that is said', () => {
    const lan = { ...OPENAI, address: 'http://192.168.0.7:11434/v1', allowHttp: true };
    expect(parsed(lan)).toMatchObject({ address: lan.address });
  });

  it('has an address that the environment of a function has room for', () => {
    const address = 'https://a.example/'.padEnd(500, 'v');
    expect(parsed({ ...OPENAI, address })).toMatchObject({ address });
    expect(() => parsed({ ...OPENAI, address: `${address}v` })).toThrow(
      'model.address: may be 500 letters long at most',
    );
  });

  it.each([
    ['nova', 'model: has to name a provider'],
    [{ ...BEDROCK, provider: 'azure' }, 'model.provider: has to name a provider'],
    [{ ...BEDROCK, modelId: 'Nova Lite' }, 'model.modelId: has to be the id or ARN'],
    [{ ...BEDROCK, region: 'Frankfurt' }, 'model.region: has to be a region'],
    [{ ...BEDROCK, address: 'https://a.example' }, 'address'],
    [{ ...OPENAI, modelId: '' }, 'model.modelId: has to be the name'],
    [{ ...OPENAI, address: 'api.openai.com' }, 'model.address: has to be an address'],
    [{ ...OPENAI, address: 'ftp://a.example' }, 'model.address: has to be an address'],
    [{ ...OPENAI, address: 'https://:canary@a.example' }, 'model.address: takes no user'],
    [{ ...OPENAI, address: 'https://canary@a.example' }, 'model.address: takes no user'],
    [{ ...OPENAI, address: 'https://a.example/v1?key=canary' }, 'model.address: has to be without'],
    [{ ...OPENAI, address: 'https://a.example/v1?' }, 'model.address: has to be without'],
    [{ ...OPENAI, address: 'https://a.example/v1/chat/completions' }, 'model.address: has to end'],
    [{ ...OPENAI, address: 'https://a.example/chat/completions/' }, 'model.address: has to end'],
    [{ ...OPENAI, address: 'http://192.168.0.7/v1' }, 'model.address: would send key and payees'],
    [{ ...OPENAI, address: 'http://127.0.0.1.example/v1' }, 'model.address: would send'],
    [{ ...OPENAI, apiKey: 'sk-canary' }, 'model.apiKey: has to be secret or none'],
    [{ ...OPENAI, outputTokensField: 'tokens' }, 'model.outputTokensField: has to be max_tokens'],
    [{ ...OPENAI, limits: { callsPerJob: 0 } }, 'model.limits.callsPerJob: has to be at least 1'],
    [{ ...OPENAI, limits: { secondsPerJob: 601 } }, 'model.limits.secondsPerJob: may be 600'],
    [
      { ...OPENAI, limits: { tokensPerJob: 4000 } },
      'model.limits.tokensPerJob: has to be more than outputTokensPerCall',
    ],
    [{ ...OPENAI, limits: { callsPerDay: 1 } }, 'callsPerDay'],
  ])('%j is refused, with the field and what would be right', (model, message) => {
    expect(() => parsed(model)).toThrow(ConfigError);
    expect(() => parsed(model)).toThrow(message);
    expect(() => parsed(model)).not.toThrow('canary');
  });
});

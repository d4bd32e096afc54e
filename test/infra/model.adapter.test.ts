import { beforeAll, describe, expect, it } from 'vitest';
import { HANDLERS } from '../../infra/handlers.ts';
import { type Synthesized, synthesizedStack } from './assembly.ts';

/** What a language model with a key adds to a stack, read off the synthesized template. */

const OPENAI = { provider: 'openai', modelId: 'm', address: 'https://model.example/v1' };

let made: Synthesized;

beforeAll(async () => {
  made = await synthesizedStack({ model: OPENAI });
});

const modelSecret = () => made.stack.outputs.ModelSecretId;
const ofType = (type: string) => made.stack.resources.filter((one) => one.type === type);

/** Logical ids of the roles that may do something about the secret of the model, with what they may. */
function rightsOnSecret(): readonly (readonly [role: string, actions: unknown])[] {
  return ofType('AWS::IAM::Policy').flatMap(({ logicalId, properties }) => {
    const statements: readonly Readonly<Record<string, unknown>>[] =
      Object(properties.PolicyDocument).Statement ?? [];
    return statements
      .filter(({ Resource }) => [Resource].flat().includes(modelSecret()))
      .map(({ Action }) => [logicalId, Action] as const);
  });
}

function environment(): Readonly<Record<string, string>> {
  const found = ofType('AWS::Lambda::Function').find(({ logicalId }) =>
    logicalId.startsWith('FunctionsSuggestionsFunction'),
  );
  return Object(Object(found?.properties.Environment).Variables);
}

describe('a model with a key', () => {
  it('has a secret of its own, which holds no key before one is put there', () => {
    const secrets = ofType('AWS::SecretsManager::Secret');
    expect(secrets).toHaveLength(3);
    const own = secrets.find(({ arn }) => arn === modelSecret());
    expect(own?.properties.GenerateSecretString).toEqual({
      SecretStringTemplate: '{}',
      GenerateStringKey: 'unused',
    });
  });

  it('has one that only suggestions reads, and no other', () => {
    expect(rightsOnSecret()).toEqual([
      [expect.stringMatching(/^FunctionsSuggestionsFunctionRole/), 'secretsmanager:GetSecretValue'],
    ]);
    const suggestions = ofType('AWS::IAM::Policy').find(({ logicalId }) =>
      logicalId.startsWith('FunctionsSuggestionsFunctionRole'),
    );
    expect(JSON.stringify(suggestions?.properties)).not.toMatch(/ActualSecret|SessionSecret/);
  });

  it('is told to the function, but for the key', () => {
    expect(environment().MODEL_SECRET).toBe(modelSecret());
    expect(JSON.parse(environment().MODEL ?? '')).toEqual({
      ...OPENAI,
      apiKey: 'secret',
      jsonSchema: true,
      outputTokensField: 'max_tokens',
      limits: expect.objectContaining({ callsPerJob: 20, tokensPerJob: 150_000 }),
    });
  });

  it('makes the bundle of suggestions larger, and of no other function', () => {
    const larger = Object.values(HANDLERS).filter(({ name }) =>
      made.bundle(name).includes('ai-sdk'),
    );
    expect(larger.map(({ name }) => name)).toEqual(['suggestions']);
    expect(made.bundle('suggestions').length).toBeLessThan(1_600_000);
  });
});

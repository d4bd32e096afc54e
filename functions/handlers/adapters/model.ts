import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { jsonOf } from '../../domain/json.ts';
import { bedrockModel, openAiModel } from '../../suggest/model/ai-model.ts';
import type { LanguageModel, Reply } from '../../suggest/model/language-model.ts';
import { readModelSigning } from '../environment.ts';
import { describeError, logger } from '../logger.ts';

/** The language model of the stack's configuration, as the synthesis put it into the environment. */

const Limits = z.strictObject({
  callsPerJob: z.number(),
  tokensPerJob: z.number(),
  secondsPerJob: z.number(),
  payeesPerCall: z.number(),
  outputTokensPerCall: z.number(),
  secondsPerCall: z.number(),
});

const Model = z.discriminatedUnion('provider', [
  z.strictObject({
    provider: z.literal('bedrock'),
    modelId: z.string().min(1),
    region: z.string().exactOptional(),
    limits: Limits,
  }),
  z.strictObject({
    provider: z.literal('openai'),
    modelId: z.string().min(1),
    address: z.url({ protocol: /^https?$/ }),
    apiKey: z.enum(['secret', 'none']),
    jsonSchema: z.boolean(),
    outputTokensField: z.enum(['max_tokens', 'max_completion_tokens']),
    limits: Limits,
  }),
]);

type Model = z.infer<typeof Model>;

/** What a header takes. Another text is no key: a line break or typographic quotes came with it. */
const KEY = /^[\x20-\x7e\x80-\xff]+$/;

/** The secret is filled by an operator. */
const KeySecret = z.object({ apiKey: z.string().trim().regex(KEY) });

/** @throws when the text is not what the synthesis writes. */
export function parseModel(text: string): Model {
  return Model.parse(JSON.parse(text));
}

export function openModel(
  settings: Model,
  key: { readonly secrets: SecretsManagerClient; readonly secretId: string | undefined },
): LanguageModel {
  switch (settings.provider) {
    case 'bedrock': {
      const { modelId } = settings;
      const { region, endpoint, credentials } = readModelSigning();
      return logged(
        bedrockModel({ modelId, region: settings.region ?? region, endpoint, credentials }),
      );
    }
    case 'openai':
      return logged(
        openAiModel({
          ...settings,
          ...(settings.apiKey === 'none' ? {} : { key: () => readKey(key) }),
        }),
      );
  }
}

/** What is put there holds from the next call on. */
async function readKey(key: {
  readonly secrets: SecretsManagerClient;
  readonly secretId: string | undefined;
}): Promise<string | undefined> {
  const { SecretString = '' } = await key.secrets.send(
    new GetSecretValueCommand({ SecretId: key.secretId }),
  );
  return KeySecret.safeParse(jsonOf(SecretString)).data?.apiKey;
}

/** One line a call for the operator: how it went, never what was said. */
function logged(model: LanguageModel): LanguageModel {
  return {
    async ask(question, bounds) {
      const begun = performance.now();
      const reply = await model.ask(question, bounds);
      const milliseconds = Math.round(performance.now() - begun);
      logger.info('language model', { reply: reply.kind, milliseconds, ...detailsOf(reply) });
      return reply;
    },
  };
}

function detailsOf(reply: Reply): Readonly<Record<string, unknown>> {
  // What cannot be read is paid for as well.
  const taken = 'tokens' in reply ? { tokens: reply.tokens } : {};
  if (reply.kind === 'answered') return taken;
  const { status, error } = reply.cause;
  // Where the other side answered, the way through the packages tells nothing.
  return { ...taken, ...(status === undefined ? { error: describeError(error) } : { status }) };
}

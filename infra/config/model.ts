import { z } from 'zod';
import { webAddress } from './address.ts';

/** Which language model a stack asks where the past says nothing, and what a job may spend on it. */

const count = (least: number, most: number) =>
  z
    .number()
    .int()
    .min(least, { message: `has to be at least ${least}` })
    .max(most, { message: `may be ${most} at most` });

/** Defaults: some 800 payees a job, for a few cents with a small model. */
const Limits = z
  .strictObject({
    /** Requests, tries again among them. */
    callsPerJob: count(1, 1000).default(20),
    /** Of questions and answers together. */
    tokensPerJob: count(1000, 10_000_000).default(150_000),
    /** The function's own time leaves no more. */
    secondsPerJob: count(1, 600).default(300),
    payeesPerCall: count(1, 100).default(40),
    /** A model that thinks first needs more. */
    outputTokensPerCall: count(100, 32_000).default(4000),
    secondsPerCall: count(1, 300).default(60),
  })
  .refine(({ tokensPerJob, outputTokensPerCall }) => tokensPerJob > outputTokensPerCall, {
    path: ['tokensPerJob'],
    message: 'has to be more than outputTokensPerCall, or nothing could be asked',
  });

/** The environment of a function holds 4 KB, and more than the address. */
const ADDRESS_MAX = 500;

/** A model's id, an inference profile's (`eu.…`, `global.…`), or the ARN of either. */
const BEDROCK_ID = /^[a-z0-9][A-Za-z0-9.:_/-]{2,255}$/;

/**
 * What can be asked by its ARN. A prompt that Bedrock keeps takes no tool, and nothing else answers.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
const ASKED_BY_ARN =
  /^arn:aws[a-z-]*:bedrock:[a-z0-9-]*:\d*:(foundation-model|provisioned-model|imported-model|custom-model(-deployment)?|(application-)?inference-profile|(default-)?prompt-router)\/./;

const BEDROCK_MODEL =
  'has to be the id or ARN of a model or an inference profile in Amazon Bedrock';

const Bedrock = z.strictObject({
  provider: z.literal('bedrock'),
  modelId: z
    .string()
    .regex(BEDROCK_ID, { message: BEDROCK_MODEL, abort: true })
    .refine((id) => !id.startsWith('arn:') || ASKED_BY_ARN.test(id), {
      message: `${BEDROCK_MODEL}: this is the ARN of something else`,
    }),
  /** Without it, the stack's own. */
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { message: 'has to be a region such as eu-central-1' })
    .optional(),
  limits: Limits.prefault({}),
});

const OpenAi = z
  .strictObject({
    provider: z.literal('openai'),
    modelId: z
      .string()
      .regex(/^\S{1,200}$/, { message: 'has to be the name by which the address knows the model' }),
    /** Base of the API: `/chat/completions` is added to it. */
    address: z.string().max(ADDRESS_MAX),
    /** Whether the address wants a key, which lies in a secret of its own then. */
    apiKey: z.enum(['secret', 'none'], { error: 'has to be secret or none' }).default('secret'),
    /** Allows http:// to another machine: key and payees travel readable. */
    allowHttp: z.boolean().default(false),
    /** False for an address that knows JSON as a form of answers, but no schema of it, or none for all categories of a large budget. */
    jsonSchema: z.boolean().default(true),
    /** What the address calls the longest answer: newer models of OpenAI want the second. */
    outputTokensField: z
      .enum(['max_tokens', 'max_completion_tokens'], {
        error: 'has to be max_tokens or max_completion_tokens',
      })
      .default('max_tokens'),
    limits: Limits.prefault({}),
  })
  .superRefine(({ address, allowHttp }, context) => {
    const message = problemWith(address, allowHttp);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['address'], message });
  });

export const Model = z.discriminatedUnion('provider', [Bedrock, OpenAi], {
  error: 'has to name a provider: bedrock or openai',
});

export type ModelConfig = z.infer<typeof Model>;

/** What is wrong with the address of a language model; undefined when nothing is. */
function problemWith(address: string, allowHttp: boolean): string | undefined {
  const url = webAddress(address);
  if (url === undefined) return 'has to be an address such as https://api.openai.com/v1';
  if (url.username !== '' || url.password !== '') {
    return 'takes no user and no password: the key belongs into the secret';
  }
  if (/[?#]/.test(address)) return 'has to be without ? and #';
  if (/\/chat\/completions\/?$/.test(url.pathname)) {
    return 'has to end before /chat/completions, which is added to it';
  }
  if (url.protocol === 'http:' && !allowHttp && !isLoopback(url.hostname)) {
    return 'would send key and payees readable to another machine: use https://, or set allowHttp';
  }
  return undefined;
}

/** @param hostname as URL gives it: addresses normalised, IPv6 in brackets. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

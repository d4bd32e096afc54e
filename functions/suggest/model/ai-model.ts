import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import {
  APICallError,
  extractReasoningMiddleware,
  generateText,
  JSONParseError,
  jsonSchema,
  type LanguageModelMiddleware,
  type LanguageModelUsage,
  NoObjectGeneratedError,
  Output,
  TypeValidationError,
  wrapLanguageModel,
} from 'ai';
import { fieldOf } from '../../domain/json.ts';
import { AnswerTooLargeError, guardedFetch } from './guarded-fetch.ts';
import type { LanguageModel, Reply } from './language-model.ts';

/** Language models through the `ai` package. Its own retries and warnings are off: what is asked is counted elsewhere. */

/** A model on Amazon Bedrock, asked as the role whose credentials are given. */
export interface BedrockOptions {
  readonly modelId: string;
  readonly region: string;
  readonly credentials: () => AwsCredentials;
  /** Where it is not AWS's own. */
  readonly endpoint?: string | undefined;
}

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** A model behind an address that speaks OpenAI's chat completions. */
export interface OpenAiOptions {
  readonly modelId: string;
  /** Such as `https://api.openai.com/v1`. */
  readonly address: string;
  /** Read anew for each call; gives undefined when there should be one and is none. Absent where the address takes none. */
  readonly key?: (() => Promise<string | undefined>) | undefined;
  /** Whether the address takes a JSON Schema for the answer, or only that it is to be JSON. */
  readonly jsonSchema: boolean;
  readonly outputTokensField: 'max_tokens' | 'max_completion_tokens';
}

/** An answer about a hundred payees has a tenth of it. */
const LONGEST_ANSWER_BYTES = 1_000_000;

type AiModel = Parameters<typeof wrapLanguageModel>[0]['model'];

export function bedrockModel(options: BedrockOptions): LanguageModel {
  const { modelId, region, endpoint, credentials } = options;
  const provider = createAmazonBedrock({
    region,
    // Said here, it is not looked for in the environment.
    apiKey: '',
    ...(endpoint === undefined ? {} : { baseURL: endpoint }),
    credentialProvider: async () => {
      const { accessKeyId, secretAccessKey, sessionToken } = credentials();
      return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
    },
    fetch: guardedFetch(LONGEST_ANSWER_BYTES),
  });
  return asking(async () => provider(modelId));
}

export function openAiModel(options: OpenAiOptions): LanguageModel {
  const { modelId, address, outputTokensField } = options;
  return asking(async () => {
    const apiKey = await options.key?.();
    if (options.key !== undefined && apiKey === undefined) return undefined;
    const provider = createOpenAICompatible({
      name: 'openai-compatible',
      baseURL: address,
      ...(apiKey === undefined ? {} : { apiKey }),
      supportsStructuredOutputs: options.jsonSchema,
      transformRequestBody: ({ max_tokens, ...body }) => ({
        ...body,
        [outputTokensField]: max_tokens,
      }),
      fetch: guardedFetch(LONGEST_ANSWER_BYTES),
    });
    return provider(modelId);
  });
}

/** @param open undefined when the key is missing. */
function asking(open: () => Promise<AiModel | undefined>): LanguageModel {
  globalThis.AI_SDK_LOG_WARNINGS = false;
  return {
    async ask({ instructions, data, schema }, { outputTokens, timeoutMilliseconds }) {
      let model: AiModel | undefined;
      try {
        model = await open();
      } catch (error) {
        return { kind: 'unavailable', cause: { error }, sent: false };
      }
      if (model === undefined) {
        return { kind: 'refused', cause: { error: new NoKeyError() }, sent: false };
      }
      try {
        const { output, usage } = await generateText({
          model: wrapLanguageModel({ model, middleware: [...TO_OBJECT] }),
          instructions,
          prompt: data,
          output: Output.object({ schema: jsonSchema(schema), name: 'categories' }),
          maxOutputTokens: outputTokens,
          maxRetries: 0,
          // It takes whole milliseconds alone.
          abortSignal: AbortSignal.timeout(Math.floor(timeoutMilliseconds)),
        });
        return { kind: 'answered', answer: output, tokens: tokensOf(usage) };
      } catch (error) {
        return replyOf(error);
      }
    },
  };
}

/**
 * Models without a JSON mode put their answer into a fence, and sentences around it; some think in the same text, between tags of
 * which the first may be missing. The last of these looks at an answer first.
 */
const TO_OBJECT: readonly LanguageModelMiddleware[] = [
  {
    wrapGenerate: async ({ doGenerate }) => {
      const { content, ...rest } = await doGenerate();
      const isCutOff = rest.finishReason.unified === 'length';
      const said = content.map((part) =>
        part.type === 'text' ? { ...part, text: objectIn(part.text, isCutOff) } : part,
      );
      return { ...rest, content: said };
    },
  },
  extractReasoningMiddleware({ tagName: 'think', startWithReasoning: true }),
];

/** Nothing, or how a fence begins. */
const NO_SENTENCE = /^\s*(?:`{3}\w*\s*)?$/;

/**
 * From the first brace to the last one; all of the text where it has none. Of a text that was cut off, what stands behind sentences
 * may be a draft among thoughts that had no end.
 */
function objectIn(text: string, isCutOff: boolean): string {
  const [start, end] = [text.indexOf('{'), text.lastIndexOf('}')];
  const isDraft = isCutOff && !NO_SENTENCE.test(text.slice(0, start));
  return start < 0 || end < start || isDraft ? text : text.slice(start, end + 1);
}

class NoKeyError extends Error {
  override readonly name = 'NoKeyError';
}

/** Bedrock's, where a model uses its tool wrongly, as those of Nova do now and then. */
const MODEL_ERROR = 424;
/** An answer or a question that would be refused again, and not others: Groq checks answers itself, Azure and OpenAI filter questions. */
const CODES_OF_ANSWERS: ReadonlySet<unknown> = new Set([
  'json_validate_failed',
  'content_filter',
  'invalid_prompt',
]);
/** OpenAI answers so with 429, as to too many requests: but it helps to pay, not to wait. */
const UNPAID: ReadonlySet<unknown> = new Set(['insufficient_quota', 'billing_not_active']);

/** What OpenAI's protocol says of an error beside its text. */
function codesOf({ data }: APICallError): readonly unknown[] {
  const error = fieldOf(data, 'error');
  return [fieldOf(error, 'code'), fieldOf(error, 'type')];
}

function replyOf(error: unknown): Reply {
  if (NoObjectGeneratedError.isInstance(error)) {
    return { kind: 'bad', tokens: tokensOf(error.usage), cause: { error } };
  }
  if (isLate(error)) return { kind: 'unavailable', cause: { error } };
  // What is no error of a call is one of what came back: too large, empty, or of a shape that the package stumbles over.
  if (!APICallError.isInstance(error) || isTooLarge(error)) {
    return { kind: 'bad', tokens: undefined, cause: { error } };
  }
  const { statusCode: status, isRetryable, responseHeaders } = error;
  const cause = { status, error };
  const codes = codesOf(error);
  if (status === MODEL_ERROR || codes.some((code) => CODES_OF_ANSWERS.has(code))) {
    return { kind: 'bad', tokens: undefined, cause };
  }
  if (codes.some((code) => UNPAID.has(code))) return { kind: 'refused', cause };
  if (isRetryable || status === undefined) {
    return {
      kind: 'unavailable',
      cause,
      retryAfterMilliseconds: millisecondsIn(responseHeaders?.['retry-after']),
    };
  }
  if (status < 200 || status >= 300) return { kind: 'refused', cause };
  // A good answer that is none, or one whose connection broke in its middle.
  const isRead =
    JSONParseError.isInstance(error.cause) || TypeValidationError.isInstance(error.cause);
  return isRead ? { kind: 'bad', tokens: undefined, cause } : { kind: 'unavailable', cause };
}

function isLate(error: unknown): boolean {
  return error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
}

function isTooLarge(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof AnswerTooLargeError) return true;
  }
  return false;
}

/** Of the header Retry-After: seconds, or a date. */
function millisecondsIn(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined;
  const seconds = Number(retryAfter);
  const milliseconds = Number.isFinite(seconds)
    ? seconds * 1000
    : Date.parse(retryAfter) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined;
}

/** Of servers that have no count some say nothing, some zero, some a number that cannot be one. */
function tokensOf(usage: LanguageModelUsage | undefined): number | undefined {
  const { totalTokens = 0 } = usage ?? {};
  return totalTokens > 0 && Number.isSafeInteger(totalTokens) ? totalTokens : undefined;
}

import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import { openAiModel } from '../../functions/suggest/model/ai-model.ts';
import type { Reply } from '../../functions/suggest/model/language-model.ts';
import { payeeGroups } from '../../functions/suggest/model/payee-groups.ts';
import { questionAbout } from '../../functions/suggest/model/question.ts';
import { budget } from './budgets.ts';
import { completion, json, type ModelServer, startModelServer } from './model-server.ts';

export const KEY = 'canary-of-the-model-key';
const extract = budget([{ payee: 'Bike Shop' }], { categories: ['Food', 'Fun'] });
export const QUESTION = questionAbout(
  payeeGroups(extract, [0], { decisions: [], standing: [] }),
  extract.categories,
);
export const ANSWER = { answers: [{ payee: 'p1', categories: ['c2'], sure: true }] };
export const BOUNDS = { outputTokens: 500, timeoutMilliseconds: 10_000 };

type OpenAi = Parameters<typeof openAiModel>[0];

/** A server for the tests of a file, which the `ai` package asks. Each test fails when anything is printed meanwhile. */
export function askedServer() {
  let server: ModelServer;
  const printed: unknown[][] = [];

  beforeAll(async () => {
    server = await startModelServer((_request, response) => json(response, 500, {}));
  });

  beforeEach(() => {
    server.requests.length = 0;
    printed.length = 0;
    for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
      vi.spyOn(console, method).mockImplementation((...line) => void printed.push(line));
    }
    // Which Node prints too.
    vi.spyOn(process, 'emitWarning').mockImplementation((...line) => void printed.push(line));
  });

  afterEach(() => {
    vi.restoreAllMocks();
    expect(printed).toEqual([]);
  });

  afterAll(() => server.close());

  const openAi = (more: Partial<OpenAi> = {}) =>
    openAiModel({
      modelId: 'test-model',
      address: `${server.url}/v1`,
      key: async () => KEY,
      jsonSchema: true,
      outputTokensField: 'max_tokens',
      ...more,
    });

  /** The reply to a server that answers so. */
  async function replyWhen(
    answers: (response: ServerResponse) => void,
    { timeoutMilliseconds = 10_000, ...more }: Partial<OpenAi & typeof BOUNDS> = {},
  ): Promise<Reply> {
    server.behave = (_request, response) => answers(response);
    return openAi(more).ask(QUESTION, { ...BOUNDS, timeoutMilliseconds });
  }

  const whenSaid = (content: string, finishReason?: string) =>
    replyWhen((response) => json(response, 200, completion(content, finishReason)));

  return {
    get server() {
      return server;
    },
    openAi,
    replyWhen,
    whenSaid,
  };
}

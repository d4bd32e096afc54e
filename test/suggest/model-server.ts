import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback } from '../../local/runtime/services/loopback.ts';

/** A server on this machine that speaks as a language model's address does, or misbehaves as a test says. */

export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: a test says by its expectations what shape it wants
  readonly body: any;
  /** As it came. */
  readonly text: string;
}

type Behaviour = (request: SeenRequest, response: ServerResponse) => void;

export interface ModelServer {
  readonly url: string;
  readonly requests: SeenRequest[];
  /** How it answers from now on. */
  behave: Behaviour;
  close(): Promise<void>;
}

export async function startModelServer(behave: Behaviour): Promise<ModelServer> {
  const requests: SeenRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const content = await text(incoming).catch(() => '');
    const body = content === '' ? undefined : JSON.parse(content);
    const request = { path: incoming.url ?? '', headers: incoming.headers, body, text: content };
    requests.push(request);
    started.behave(request, response);
  });
  const started: ModelServer = { ...(await listenOnLoopback(server)), requests, behave };
  return started;
}

export function json(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** A good answer of OpenAI's chat completions, with this text. */
export function completion(content: string, finishReason = 'stop') {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_767_225_600,
    model: 'test-model',
    choices: [{ index: 0, finish_reason: finishReason, message: { role: 'assistant', content } }],
    usage: { prompt_tokens: 300, completion_tokens: 40, total_tokens: 340 },
  };
}

/** The question that a request to OpenAI's chat completions asks. */
export function questionIn({ body }: SeenRequest): {
  readonly categories: readonly { readonly id: string; readonly name: string }[];
  readonly payees: readonly { readonly id: string; readonly payee: string }[];
} {
  const last = body.messages.at(-1).content;
  return JSON.parse(typeof last === 'string' ? last : last[0].text);
}

/** Answers every payee with the category of this name. */
export function answering(category: string): Behaviour {
  return (request, response) => {
    const { categories, payees } = questionIn(request);
    const id = categories.find(({ name }) => name === category)?.id ?? category;
    const answers = payees.map((payee) => ({ payee: payee.id, categories: [id], sure: true }));
    json(response, 200, completion(JSON.stringify({ answers })));
  };
}

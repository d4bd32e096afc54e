import { withoutChanges } from './receiving.ts';

/**
 * The edge between Actual's library and the network: bounds how long a server may be silent, and remembers how
 * each exchange ended. The library's own errors often say only that something failed.
 */

/** How one request to the server ended. */
export interface Exchange {
  /** Path of the request's address, e.g. `/sync/list-user-files`. */
  readonly path: string;
  /**
   * The answer's HTTP status; `page` for a text with the status 200 where an Actual server never gives one;
   * `redirected` when it named another address, `unreachable` when there was no whole answer, `untrusted` when its certificate could not be verified, `silent` when
   * it took too long, `pending` while it is under way.
   */
  readonly outcome:
    | number
    | 'page'
    | 'redirected'
    | 'unreachable'
    | 'untrusted'
    | 'silent'
    | 'pending';
  /** Node's code for what broke it, as in `ECONNREFUSED`. */
  readonly fault?: string;
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

type Fetch = typeof globalThis.fetch;

export interface Network {
  /** To be used instead of the global `fetch`. */
  readonly fetch: Fetch;
  /** Forgets the exchanges so far. @param patienceMilliseconds how long the server may be silent. */
  begin(patienceMilliseconds?: number): void;
  /** While `work` goes on, a device's own changes are not sent. */
  receiving<Result>(work: () => Promise<Result>): Promise<Result>;
  /** What was exchanged since `begin`, in the order of the requests. */
  exchanges(): readonly Exchange[];
}

interface OpenExchange {
  readonly path: string;
  outcome: Exchange['outcome'];
  fault?: string;
  readonly sentBytes: number;
  receivedBytes: number;
}

/** How long a server may be silent, unless somebody says otherwise. */
const PATIENCE_MS = 60_000;

/** @param send the real `fetch`. */
export function watchedNetwork(send: Fetch): Network {
  let patience = PATIENCE_MS;
  let open: OpenExchange[] = [];
  let isReceiving = false;

  return {
    async fetch(input, init) {
      const path = pathOf(input);
      const body = isReceiving ? withoutChanges(path, init?.body) : init?.body;
      const exchange: OpenExchange = {
        path,
        outcome: 'pending',
        sentBytes: sizeOf(body),
        receivedBytes: 0,
      };
      open.push(exchange);
      const isOfBanks = BANKS_PATH.test(path);
      const silence = silenceAfter(isOfBanks ? Math.max(patience, BANKS_MS) : patience, exchange);
      const signals = [silence.signal, ...(init?.signal ? [init.signal] : [])];
      try {
        const answer = await send(input, {
          ...init,
          ...(body === undefined ? {} : { body }),
          headers: headersOfItsOwn(input, init),
          signal: AbortSignal.any(signals),
          // Whoever redirects could send the password and the session token anywhere.
          redirect: 'manual',
        });
        silence.heard();
        return watchedAnswer(answer, exchange, silence);
      } catch (error) {
        broke(exchange, silence, error);
        throw error;
      }
    },

    begin(patienceMilliseconds = PATIENCE_MS) {
      patience = patienceMilliseconds;
      open = [];
    },

    async receiving(work) {
      isReceiving = true;
      try {
        return await work();
      } finally {
        isReceiving = false;
      }
    },

    exchanges: () => open.map((exchange) => ({ ...exchange })),
  };
}

/** The server is silent until SimpleFIN has answered for all accounts. As long as the library itself waits for that. */
const BANKS_MS = 5 * 60_000;
const BANKS_PATH = /\/simplefin\/transactions$/;

interface Silence {
  readonly signal: AbortSignal;
  /** Something came from the server: the wait begins anew. */
  heard(): void;
  end(): void;
}

function silenceAfter(milliseconds: number, exchange: OpenExchange): Silence {
  const controller = new AbortController();
  const giveUp = () => {
    exchange.outcome = 'silent';
    controller.abort(new Error('The server did not answer in time'));
  };
  let timer = setTimeout(giveUp, milliseconds).unref();
  return {
    signal: controller.signal,
    heard() {
      clearTimeout(timer);
      timer = setTimeout(giveUp, milliseconds).unref();
    },
    end: () => clearTimeout(timer),
  };
}

/** The answer; how the exchange ended shows once its whole body was read. */
function watchedAnswer(answer: Response, exchange: OpenExchange, silence: Silence): Response {
  const outcome = outcomeOf(answer, exchange.path);
  if (answer.body === null) {
    exchange.outcome = outcome;
    silence.end();
    return answer;
  }
  return new Response(watchedBody(answer.body, outcome, exchange, silence), {
    status: answer.status,
    statusText: answer.statusText,
    headers: answer.headers,
  });
}

/** The body as it comes; every piece of it is a sign of life. */
function watchedBody(
  body: ReadableStream<Uint8Array>,
  outcome: Exchange['outcome'],
  exchange: OpenExchange,
  silence: Silence,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          exchange.outcome = outcome;
          silence.end();
          controller.close();
          return;
        }
        silence.heard();
        exchange.receivedBytes += value.byteLength;
        controller.enqueue(value);
      } catch (error) {
        broke(exchange, silence, error);
        controller.error(error);
      }
    },
    async cancel(reason) {
      silence.end();
      await reader.cancel(reason);
    },
  });
}

/**
 * Asks for a connection that is closed after the answer. A server closes idle ones within seconds (Node's after 5),
 * which nobody sees here while a large batch keeps the process busy or Lambda has frozen it: the next request would be
 * sent into the void.
 */
function headersOfItsOwn(input: Parameters<Fetch>[0], init: Parameters<Fetch>[1]): Headers {
  const given = init?.headers ?? (input instanceof Request ? input.headers : undefined);
  const headers = new Headers(given);
  headers.set('connection', 'close');
  return headers;
}

/** Texts, and JSON where budgets and their changes come, which are binary. */
const TEXT = /^(text\/|application\/xhtml\+xml)/i;
const JSON_TEXT = /^application\/(.+\+)?json/i;
const BINARY_PATH = /\/sync\/(sync|download-user-file)$/;

/** A proxy's sign-in page or word of maintenance comes as a good answer, and the library takes it for one. */
function outcomeOf({ status, headers }: Response, path: string): Exchange['outcome'] {
  if (status >= 300 && status < 400) return 'redirected';
  const type = headers.get('content-type') ?? '';
  const isText = TEXT.test(type) || (BINARY_PATH.test(path) && JSON_TEXT.test(type));
  return status === 200 && isText ? 'page' : status;
}

function broke(exchange: OpenExchange, silence: Silence, error: unknown): void {
  silence.end();
  if (exchange.outcome !== 'pending') return;
  const fault = faultOf(error);
  if (fault !== undefined) exchange.fault = fault;
  exchange.outcome = CERTIFICATE_CODE.test(fault ?? '') ? 'untrusted' : 'unreachable';
}

/** Codes of Node for a certificate that it does not accept. */
const CERTIFICATE_CODE =
  /^(CERT_|ERR_TLS_CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET_ISSUER|VERIFY))/;

function faultOf(error: unknown): string | undefined {
  const { cause } = error instanceof Error ? error : {};
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string'
    ? cause.code
    : undefined;
}

function pathOf(input: Parameters<Fetch>[0]): string {
  const address = input instanceof Request ? input.url : String(input);
  return URL.canParse(address) ? new URL(address).pathname : address;
}

function sizeOf(body: unknown): number {
  if (typeof body === 'string') return Buffer.byteLength(body);
  return body instanceof Uint8Array ? body.byteLength : 0;
}

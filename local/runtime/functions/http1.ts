/** The major version of undici, which is Node's `fetch`, that speaks HTTP/2 by itself. Node 24 has the one before. */
const WITH_HTTP2 = 8;

/** Where that version keeps what sends the requests of `fetch`. */
const SENDER = Symbol.for('undici.globalDispatcher.2');

type Send = (request: object, ...rest: readonly unknown[]) => unknown;

/**
 * Lets `fetch` speak HTTP/1.1 alone, as on Lambda's Node 24. With HTTP/2 it keeps one connection whatever a request asks for,
 * also one that died unheard while the machine slept, into which each try again would be sent.
 */
export function speakHttp1Alone(): void {
  if (Number.parseInt(process.versions.undici ?? '', 10) < WITH_HTTP2) return;
  // Node loads its `fetch` when something of it is asked for.
  new Headers();
  const sender: unknown = Reflect.get(globalThis, SENDER);
  if (!isSender(sender)) return;
  const send = sender.dispatch.bind(sender);
  sender.dispatch = (request, ...rest) => send({ ...request, allowH2: false }, ...rest);
}

function isSender(value: unknown): value is { dispatch: Send } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'dispatch' in value &&
    typeof value.dispatch === 'function'
  );
}

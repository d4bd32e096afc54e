/** The way to a language model's address: never further than there, and never more of an answer than is useful. */

type Fetch = typeof globalThis.fetch;

/** An answer that nobody asked for. */
export class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError';
}

/**
 * A `fetch` that follows no redirect, so that a key or a budget's texts get nowhere else, and breaks off an answer of
 * more than `longestBytes`. A connection is not kept: Lambda freezes between jobs, and it would be dead by the next.
 */
export function guardedFetch(longestBytes: number): Fetch {
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('connection', 'close');
    const answer = await fetch(input, { ...init, headers, redirect: 'manual' });
    if (answer.body === null) return answer;
    return new Response(answer.body.pipeThrough(upTo(longestBytes)), {
      status: answer.status,
      statusText: answer.statusText,
      headers: answer.headers,
    });
  };
}

function upTo(longestBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > longestBytes) controller.error(new AnswerTooLargeError());
      else controller.enqueue(chunk);
    },
  });
}

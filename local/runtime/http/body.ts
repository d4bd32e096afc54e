import type { IncomingMessage } from 'node:http';

/**
 * What a request brings along, before it is known whose it is: no more of it than is useful is kept in memory.
 *
 * @returns undefined when it is longer; it is read to its end all the same, so that the caller gets to read the answer.
 */
export async function bodyOf(
  request: IncomingMessage,
  longestBytes: number,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= longestBytes) chunks.push(bytes);
  }
  return size > longestBytes ? undefined : Buffer.concat(chunks);
}

/** A change as a device sends it, in the server's own protocol (protocol buffers), for changes that no device makes. */
export interface Message {
  readonly table: string;
  readonly row: string;
  readonly column: string;
  /** As Actual writes values: `S:text`, `N:7`, `0:`. */
  readonly value: string;
}

/**
 * Sends one change of a device whose clock has the id `deadbeefdeadbeef`.
 *
 * @param madeAt when the device, which was away since, made it.
 */
export async function sendMessage(
  serverUrl: string,
  token: string,
  file: { readonly syncId: string; readonly cloudFileId: string },
  { table, row, column, value }: Message,
  madeAt = new Date(),
): Promise<void> {
  const timestamp = `${madeAt.toISOString()}-0000-deadbeefdeadbeef`;
  const content = Buffer.concat([text(1, table), text(2, row), text(3, column), text(4, value)]);
  const envelope = Buffer.concat([text(1, timestamp), bytes(3, content)]);
  const body = Buffer.concat([
    bytes(1, envelope),
    text(2, file.cloudFileId),
    text(3, file.syncId),
    text(6, timestamp),
  ]);
  const headers = { 'Content-Type': 'application/actual-sync', 'X-ACTUAL-TOKEN': token };
  const answer = await fetch(`${serverUrl}/sync/sync`, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(`The server answered ${answer.status} ${await answer.text()}`);
}

const text = (field: number, value: string) => bytes(field, Buffer.from(value));

/** A field of variable length: its number and kind, the length in pieces of seven bits, the content. */
function bytes(field: number, content: Buffer): Buffer {
  const length: number[] = [];
  for (let rest = content.length; ; rest >>>= 7) {
    length.push(rest > 127 ? (rest & 127) | 128 : rest);
    if (rest <= 127) break;
  }
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...length]), content]);
}

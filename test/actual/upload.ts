import * as z from 'zod';

/** Puts a file on the server as a device does. @returns its sync id. */
export async function uploadFile(
  serverUrl: string,
  token: string,
  file: { readonly id: string; readonly content: Uint8Array },
): Promise<string> {
  const answer = await fetch(`${serverUrl}/sync/upload-user-file`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/encrypted-file',
      'X-ACTUAL-TOKEN': token,
      'X-ACTUAL-FILE-ID': file.id,
      'X-ACTUAL-NAME': 'Uploaded',
      'X-ACTUAL-FORMAT': '2',
    },
    body: Buffer.from(file.content),
  });
  return z.object({ groupId: z.string() }).parse(await answer.json()).groupId;
}

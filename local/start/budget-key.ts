import { createDecipheriv, pbkdf2Sync } from 'node:crypto';
import * as z from 'zod';

/** What the server keeps of an encrypted budget's key: enough to try a password, not to decrypt. */
export interface BudgetKey {
  readonly salt: string;
  /** A piece of text, encrypted with the key, as JSON. */
  readonly test: string;
}

const Test = z.object({
  value: z.base64(),
  meta: z.object({ iv: z.base64(), authTag: z.base64() }),
});

/** As Actual derives its keys (`@actual-app/api` 26.9.0: PBKDF2, 10,000 rounds of SHA-512, 32 bytes; AES-256-GCM). */
export function opens(password: string, { salt, test }: BudgetKey): boolean {
  try {
    const { value, meta } = Test.parse(JSON.parse(test));
    const key = pbkdf2Sync(password, salt, 10_000, 32, 'sha512');
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(meta.iv, 'base64'));
    decipher.setAuthTag(Buffer.from(meta.authTag, 'base64'));
    decipher.update(Buffer.from(value, 'base64'));
    decipher.final();
    return true;
  } catch {
    return false;
  }
}

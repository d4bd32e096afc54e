import { randomBytes, scryptSync } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** Without the server where an older version has written it. */
const Refused = z.object({
  salt: z.string(),
  hash: z.string(),
  server: z.string().exactOptional(),
});

/**
 * Remembers which password the server refused last: whatever starts us again and again would otherwise use up the few
 * logins that a server lets fail, and lock the household out with it.
 */
export class RefusedPassword {
  private readonly file: string;
  private readonly serverUrl: string | undefined;

  /** @param serverUrl whose refusals count; to forget them, none is needed. */
  constructor(folder: string, serverUrl?: string) {
    this.file = join(folder, 'refused-password');
    this.serverUrl = serverUrl;
  }

  is(password: string): boolean {
    const refused = this.read();
    if (refused === undefined) return false;
    const { salt, hash, server = this.serverUrl } = refused;
    return server === this.serverUrl && hashOf(password, salt) === hash;
  }

  remember(password: string): void {
    const salt = randomBytes(16).toString('base64');
    const refused = { salt, hash: hashOf(password, salt), server: this.serverUrl };
    writeFileSync(this.file, JSON.stringify(refused), { mode: 0o600 });
  }

  forget(): void {
    rmSync(this.file, { force: true });
  }

  private read(): z.infer<typeof Refused> | undefined {
    try {
      return Refused.parse(JSON.parse(readFileSync(this.file, 'utf8')));
    } catch {
      return undefined;
    }
  }
}

function hashOf(password: string, salt: string): string {
  return scryptSync(password, salt, 32).toString('base64');
}

import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Loaded into a worker before its function: what its machine does to it, for as long as a file of that name lies in the
 * folder HARDSHIP. `disk-full`: nothing can be written below the temporary folder. `clock-back`: the clock is an hour slow.
 */

const folder = process.env.HARDSHIP ?? '';
const meets = (hardship: string) => existsSync(join(folder, hardship));

const write = fs.writeFile;
fs.writeFile = async (file, data, options) => {
  if (!String(file).startsWith(tmpdir()) || !meets('disk-full')) return write(file, data, options);
  await write(file, '');
  const error = new Error('ENOSPC: no space left on device, write');
  throw Object.assign(error, { errno: -28, code: 'ENOSPC', syscall: 'write' });
};
syncBuiltinESMExports();

const HOUR_MS = 3_600_000;
const RealDate = Date;
const now = () => RealDate.now() - (meets('clock-back') ? HOUR_MS : 0);

globalThis.Date = new Proxy(RealDate, {
  construct: (target, values, newTarget) =>
    Reflect.construct(target, values.length === 0 ? [now()] : values, newTarget),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

import { execFileSync } from 'node:child_process';

/** Whether this machine's curl is one that the pages ask for. */
export function hasCurl(): boolean {
  try {
    const [, major, minor] = /^curl (\d+)\.(\d+)/.exec(String(execFileSync('curl', ['-V']))) ?? [];
    return Number(major) > 7 || (Number(major) === 7 && Number(minor) >= 88);
  } catch {
    return false;
  }
}

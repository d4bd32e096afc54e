/** A disk without room: what it does not take is left out or written later, and is to end nothing else. */

const CODES: readonly unknown[] = ['ENOSPC', 'EDQUOT'];
/** `SQLITE_FULL`, and `SQLITE_IOERR_SHMSIZE` of a log that has just been begun (https://sqlite.org/rescode.html). */
const SQLITE_CODES: readonly unknown[] = [13, 4874];

/** After which there may be room again. */
export const WAIT_FOR_ROOM_MS = 60_000;

/** Whether it is the disk that an error is of, as Node or SQLite tells of it. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    ('code' in error && CODES.includes(error.code)) ||
    ('errcode' in error && SQLITE_CODES.includes(error.errcode))
  );
}

/** Of this process, or of the whole machine. */
const TOO_MANY_OPEN: readonly unknown[] = ['EMFILE', 'ENFILE'];

/** Whether it may be taken another time: there is no room on the disk, or for another open file. */
export function hasNoRoom(error: unknown): boolean {
  if (isDiskFull(error)) return true;
  return error instanceof Error && 'code' in error && TOO_MANY_OPEN.includes(error.code);
}

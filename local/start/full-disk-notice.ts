const HOUR_MS = 60 * 60_000;

const NOTICE =
  'The disk is full: jobs wait or fail, and lines of the logs are left out. Make room where the data folder is; it goes on by itself then, and nothing is lost.';

/**
 * A stack on a full disk goes on running and waits for room, which looks well to whoever looks after it.
 *
 * @returns what is to be called whenever something did not get room; it says so once an hour at most.
 */
export function fullDiskNotice(say: (sentence: string) => void, now = Date.now): () => void {
  let said = Number.NEGATIVE_INFINITY;
  return () => {
    if (now() - said < HOUR_MS) return;
    said = now();
    say(NOTICE);
  };
}

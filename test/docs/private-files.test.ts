import { expect, it } from 'vitest';
import { API_PAGE, DEPLOY_PAGE, fencedIn } from './markdown.ts';

/** What is pasted from the pages into a shell of its own writes no key, password or budget where others can read it. */

const WRITES = /^cat > .*|-so budget\.zip/m;

const blocks = [API_PAGE, DEPLOY_PAGE]
  .flatMap((page) => fencedIn(page, 'sh'))
  // A configuration holds no secret.
  .filter((code) => WRITES.test(code) && !code.includes('cat > actual-jobs.json'))
  .map((code) => ({ code, writing: WRITES.exec(code)?.[0] }));

it.each(blocks)('what is pasted writes for its owner alone: $writing', ({ code }) => {
  expect(code.split(WRITES)[0]).toContain('umask 077');
});

it('finds the blocks that write such files', () => {
  expect(blocks).toHaveLength(4);
});

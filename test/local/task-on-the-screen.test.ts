import { expect, it } from 'vitest';
import { Screen } from '../../local/start/screen.ts';

it('a task on a screen that is no terminal says nothing more once it is over', async () => {
  const written: string[] = [];
  const write = (text: string) => written.push(text) > 0;
  const stream = Object.assign(Object.create(process.stderr), { isTTY: false, write });
  const update = await new Screen(stream).task('Work', async (say) => {
    say('half of it');
    return say;
  });
  const before = [...written];
  update('of the next one');
  expect(written).toEqual(before);
});

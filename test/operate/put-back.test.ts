import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readLetter } from '../../operate/letters.ts';
import { type Answer, type Message, putBack } from '../../operate/put-back.ts';

/** Dead letters as AWS writes them, and what becomes of them when they are put back. */

const documented = (name: string) =>
  readFileSync(join(import.meta.dirname, 'documented', `${name}.json`), 'utf8');

const RECORDS = documented('stream-records');
const EVENT = documented('asynchronous-event');
const BATCH = JSON.parse(RECORDS).DDBStreamBatchInfo;
const STATUS = { name: 'job-1', status: 'ABORTED' };

describe('a letter', () => {
  it('of a stream tells where the records lay, and nothing else', () => {
    expect(readLetter(RECORDS)).toEqual({ kind: 'records', batch: BATCH });
  });

  it("of Lambda's own queue holds the event", () => {
    expect(readLetter(EVENT)).toEqual({ kind: 'event', payload: STATUS });
  });

  it('of EventBridge is the event', () => {
    expect(readLetter(JSON.stringify(STATUS))).toEqual({ kind: 'event', payload: STATUS });
  });

  it.each([
    ['a text', JSON.stringify(STATUS)],
    ['itself', STATUS],
  ])(
    "of EventBridge's scheduler is the call that it could not make, with the event as %s",
    (_as, Payload) => {
      const call = { FunctionName: 'arn:aws:lambda:…', InvocationType: 'Event', Payload };
      expect(readLetter(JSON.stringify(call))).toEqual({ kind: 'event', payload: STATUS });
    },
  );

  it.each(['', 'Canary', '7', 'null', '"text"', '{"FunctionName":"schedule","Payload":"no JSON"}'])(
    '%j is unreadable',
    (body) => {
      expect(readLetter(body)).toEqual({ kind: 'unreadable' });
    },
  );
});

/** A queue, in which messages that were taken out are hidden. */
class Box {
  readonly left: Message[];
  readonly hidden = new Set<string>();
  private twice: Message[];

  constructor(bodies: readonly string[], twice = false) {
    this.left = bodies.map((body, index) => ({
      id: `letter-${index}`,
      body,
      receipt: `receipt-${index}`,
    }));
    this.twice = twice ? this.left.map((one) => ({ ...one, receipt: `${one.receipt}-again` })) : [];
  }

  async receive(): Promise<readonly Message[]> {
    const seen = this.left.filter(({ id }) => !this.hidden.has(id)).slice(0, 2);
    for (const { id } of seen) this.hidden.add(id);
    return seen.length > 0 ? seen : this.twice.splice(0, 2);
  }

  async delete({ id }: Message): Promise<void> {
    this.left.splice(
      this.left.findIndex((message) => message.id === id),
      1,
    );
  }

  async release({ id }: Message): Promise<void> {
    this.hidden.delete(id);
  }

  get visible(): readonly string[] {
    return this.left.filter(({ id }) => !this.hidden.has(id)).map(({ id }) => id);
  }
}

const done = (payload: unknown = null): Answer => ({ kind: 'done', payload });
const numbered = (n: number) => JSON.stringify({ n });

/** A function that fails at these numbers. */
function failingAt(...numbers: readonly number[]) {
  const calls: unknown[] = [];
  return {
    calls,
    invoke: async (payload: unknown): Promise<Answer> => {
      calls.push(payload);
      return numbers.includes(Object(payload).n) ? { kind: 'failed', reason: 'UNKNOWN' } : done();
    },
  };
}

describe('putting letters back', () => {
  it('hands each event to the function once, in order, and takes the letter away', async () => {
    const box = new Box([1, 2, 3].map(numbered));
    const { calls, invoke } = failingAt();
    expect(await putBack(box, invoke)).toEqual({ delivered: 3, failed: [] });
    expect(calls).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(box.left).toEqual([]);
  });

  it('one in the middle that fails again stays, and those around it go', async () => {
    const box = new Box([1, 2, 3].map(numbered));
    expect(await putBack(box, failingAt(2).invoke)).toEqual({
      delivered: 2,
      failed: [{ id: 'letter-1', reason: 'UNKNOWN' }],
    });
    expect(box.visible).toEqual(['letter-1']);
  });

  it('what cannot be read stays, and nobody is called for it', async () => {
    const box = new Box([numbered(1), 'Canary']);
    const { calls, invoke } = failingAt();
    const { failed } = await putBack(box, invoke);
    expect(failed).toEqual([{ id: 'letter-1', reason: 'the letter is not readable' }]);
    expect(calls).toHaveLength(1);
    expect(box.visible).toEqual(['letter-1']);
  });

  it('records of a stream are answered by one call that is told where they lay, however many letters there are', async () => {
    const box = new Box([RECORDS, RECORDS, RECORDS]);
    const calls: unknown[] = [];
    const report = await putBack(box, async (payload) => {
      calls.push(payload);
      // It comes after the last of them was taken out.
      expect(box.visible).toEqual([]);
      return done({ budgets: 4, started: 1, failed: 0 });
    });
    expect(report).toEqual({ delivered: 3, failed: [] });
    expect(calls).toEqual([{ setAside: [BATCH, BATCH, BATCH] }]);
    expect(box.left).toEqual([]);
  });

  it('records of a stream stay when the function failed at some of what it looked at', async () => {
    const box = new Box([RECORDS]);
    const { failed } = await putBack(box, async () => done({ budgets: 4, started: 1, failed: 1 }));
    expect(failed).toEqual([
      { id: 'letter-0', reason: 'the function failed at 1 of what it looked at' },
    ]);
    expect(box.visible).toEqual(['letter-0']);
  });

  it('a message that the queue gives twice is one letter', async () => {
    const box = new Box([1, 2].map(numbered), true);
    const { calls, invoke } = failingAt();
    expect(await putBack(box, invoke)).toEqual({ delivered: 2, failed: [] });
    expect(calls).toHaveLength(2);
  });

  it('records of a stream that are very many are told of a thousand at a time, for a function takes no more than 6 MB', async () => {
    const box = new Box(Array.from({ length: 2001 }, () => RECORDS));
    const sizes: number[] = [];
    const report = await putBack(box, async (payload) => {
      sizes.push(Object(payload).setAside.length);
      return done();
    });
    expect(sizes).toEqual([1000, 1000, 1]);
    expect(report.delivered).toBe(2001);
  });

  it('an error on the way gives back what was taken out, and tells what came of those before it', async () => {
    const box = new Box([1, 2, 3].map(numbered));
    const error = new Error('no such function');
    const report = await putBack(box, async (payload) => {
      if (Object(payload).n === 2) throw error;
      return done();
    });
    expect(report).toEqual({ delivered: 1, failed: [], brokenOff: { error, untried: 2 } });
    expect(box.visible).toEqual(['letter-1', 'letter-2']);
  });

  it('an error while letters are taken out gives back those that were', async () => {
    const box = new Box([1, 2, 3].map(numbered));
    const { calls, invoke } = failingAt();
    const receive = box.receive.bind(box);
    vi.spyOn(box, 'receive')
      .mockImplementationOnce(receive)
      .mockRejectedValueOnce(new Error('gone'));
    expect(await putBack(box, invoke)).toMatchObject({ delivered: 0, brokenOff: { untried: 2 } });
    expect(calls).toEqual([]);
    expect(box.visible).toEqual(['letter-0', 'letter-1', 'letter-2']);
  });

  it('one that is there again already, since it took so long, need not be given back', async () => {
    const box = new Box([1, 2].map(numbered));
    vi.spyOn(box, 'release').mockRejectedValue(new Error('MessageNotInflight'));
    const { failed } = await putBack(box, failingAt(1).invoke);
    expect(failed).toEqual([{ id: 'letter-0', reason: expect.any(String) }]);
    expect(box.left.map(({ id }) => id)).toEqual(['letter-0']);
  });
});

import { type Letter, readLetter } from './letters.ts';

/** Puts the letters of one queue back, and tells how that went without a word of what is in them. */

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly receipt: string;
}

export interface LetterBox {
  /** Some of the messages, which nobody else gets for a while; none when there are no more. */
  receive(): Promise<readonly Message[]>;
  delete(message: Message): Promise<void>;
  /** Gives a message back: others see it at once. */
  release(message: Message): Promise<void>;
}

/** How a function answered; `reason` is a code. */
export type Answer =
  | { readonly kind: 'done'; readonly payload: unknown }
  | { readonly kind: 'failed'; readonly reason: string };

export interface PutBack {
  /** Letters that were delivered, and are gone from their queue. */
  readonly delivered: number;
  /** Letters that stay. */
  readonly failed: readonly { readonly id: string; readonly reason: string }[];
  /** What ended it before all were tried, and how many it had taken out and gave back. */
  readonly brokenOff?: { readonly error: unknown; readonly untried: number };
}

interface Opened extends Message {
  readonly letter: Letter;
}

/** Where a thousand of them lay is half a megabyte; a function takes six. */
const RECORDS_A_CALL = 1000;

/**
 * Delivers each letter again and deletes it once that went well; one that fails again stays. All are taken out first,
 * so that each is tried once; records of a stream are answered by calls that come after the last of them, and are told where up to a
 * thousand of them lay.
 *
 * @param invoke calls the function that the letters are for, and waits for its answer.
 */
export async function putBack(
  box: LetterBox,
  invoke: (payload: unknown) => Promise<Answer>,
): Promise<PutBack> {
  const held = new Map<string, Opened>();
  let delivered = 0;
  const failed: { id: string; reason: string }[] = [];
  const giveBack = (message: Message) => box.release(message).catch(() => undefined);
  const conclude = async (message: Message, answer: Answer): Promise<void> => {
    if (answer.kind === 'done') {
      await box.delete(message);
      delivered += 1;
    } else {
      failed.push({ id: message.id, reason: answer.reason });
      await giveBack(message);
    }
    held.delete(message.id);
  };
  try {
    await takeAll(box, held);
    const records = [...held.values()].filter(({ letter }) => letter.kind === 'records');
    for (let from = 0; from < records.length; from += RECORDS_A_CALL) {
      const some = records.slice(from, from + RECORDS_A_CALL);
      const setAside = some.flatMap(({ letter }) =>
        letter.kind === 'records' ? [letter.batch] : [],
      );
      const answer = afterAll(await invoke({ setAside }));
      for (const message of some) await conclude(message, answer);
    }
    for (const message of [...held.values()]) {
      const { letter } = message;
      const answer = letter.kind === 'event' ? await invoke(letter.payload) : UNREADABLE;
      await conclude(message, answer);
    }
    return { delivered, failed };
  } catch (error) {
    return { delivered, failed, brokenOff: { error, untried: held.size } };
  } finally {
    // Where something went wrong on the way, nobody else is to wait for what was taken out.
    for (const message of held.values()) await giveBack(message);
  }
}

const UNREADABLE: Answer = { kind: 'failed', reason: 'the letter is not readable' };

/** By id: a queue may give the same message twice, and the later receipt is the good one. */
async function takeAll(box: LetterBox, held: Map<string, Opened>): Promise<void> {
  for (;;) {
    const messages = await box.receive();
    if (messages.length === 0) return;
    for (const message of messages) {
      held.set(message.id, { ...message, letter: readLetter(message.body) });
    }
  }
}

/** A function that failed at some of what it looked at may have failed at just what a letter is about. */
function afterAll(answer: Answer): Answer {
  if (answer.kind === 'failed') return answer;
  const { payload } = answer;
  const count =
    typeof payload === 'object' && payload !== null && 'failed' in payload ? payload.failed : 0;
  return count === 0
    ? answer
    : { kind: 'failed', reason: `the function failed at ${count} of what it looked at` };
}

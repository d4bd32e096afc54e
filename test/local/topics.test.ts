import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ResolvedStack } from '../../local/runtime/contract.ts';
import { Topics } from '../../local/runtime/topics.ts';

/** The file in which notices lie that AWS would mail. */

const ARN = 'arn:aws:sns:us-east-1:000000000000:Notices';
const STACK: ResolvedStack = {
  stacks: new Map(),
  outputs: {},
  resources: [
    { type: 'AWS::SNS::Topic', logicalId: 'Notices', physicalId: 'N', arn: ARN, properties: {} },
  ],
};

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'topics-'));
  file = join(folder, 'notices.log');
});

afterEach(() => rmSync(folder, { recursive: true }));

const told = (name: string) => readFileSync(name, 'utf8').match(/notice \d+/g) ?? [];

it('keeps what is published for its owner alone, with when and by which topic', () => {
  new Topics({ stack: STACK, file }).publish(ARN, 'notice 1');
  expect(readFileSync(file, 'utf8')).toMatch(/^\d{4}-\S+Z Notices\nnotice 1\n\n$/);
  expect(statSync(file).mode & 0o077).toBe(0);
});

it('keeps the newest notices within bounds, none lost between two files', () => {
  const published = Array.from({ length: 20 }, (_, n) => `notice ${n}`);
  for (const some of [published.slice(0, 9), published.slice(9)]) {
    const topics = new Topics({ stack: STACK, file, largestBytes: 200 });
    for (const notice of some) topics.publish(ARN, notice);
  }
  expect(readdirSync(folder).sort()).toEqual(['notices.log', 'notices.log.1']);
  const kept = [...told(`${file}.1`), ...told(file)];
  expect(kept).toEqual(published.slice(-kept.length));
  expect(kept.length).toBeLessThan(20);
  expect(statSync(`${file}.1`).size).toBeLessThan(250);
});

import type { Table } from '../report/report.ts';

/** What AWS adds to a job beyond what this machine shows: on paper, by what AWS documents, or by what is assumed here. */

interface Delay {
  readonly what: string;
  /** How often on the job's way, one after the other. */
  readonly times: number;
  /** Milliseconds of each. */
  readonly least: number;
  readonly most: number;
  readonly source: string;
}

const ASSUMED = 'AWS documents none; assumed';

/** Of a job with new transactions, with everything warm. */
const DELAYS: readonly Delay[] = [
  {
    what: 'API Gateway: the `POST`, and the answer of the `GET` that waits',
    times: 2,
    least: 5,
    most: 10,
    source: ASSUMED,
  },
  {
    what: 'calling a function that is warm',
    times: 6,
    least: 5,
    most: 20,
    source: ASSUMED,
  },
  {
    what: 'stream: Lambda looks at each shard 4 times a second',
    times: 1,
    least: 0,
    most: 250,
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html',
  },
  {
    what: 'Step Functions: a transition to a state of a standard workflow',
    times: 4,
    least: 10,
    most: 40,
    source: ASSUMED,
  },
  {
    what: 'DynamoDB: calls one after the other, transactions among them ("single-digit millisecond")',
    times: 18,
    least: 2,
    most: 9,
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Introduction.html',
  },
  {
    what: 'S3: archive and extract of before at once, both new ones at once, those of before removed at once, the extract ("100–200 milliseconds")',
    times: 4,
    least: 100,
    most: 200,
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html',
  },
  {
    what: 'Secrets Manager: settings, session',
    times: 2,
    least: 5,
    most: 30,
    source: ASSUMED,
  },
];

/** Of each function that has no environment left. */
const COLD_START = {
  what: 'cold starts, where each function has one ("under 100 ms to over 1 second"; "typically under 1% of invocations")',
  times: 6,
  least: 100,
  most: 1000,
  source: 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html',
};

export function onPaper(): Table {
  const least = DELAYS.reduce((sum, delay) => sum + delay.times * delay.least, 0);
  const most = DELAYS.reduce((sum, delay) => sum + delay.times * delay.most, 0);
  const row = (delay: Delay) => [
    delay.what,
    delay.times,
    `${delay.least}–${delay.most}`,
    `${delay.times * delay.least}–${delay.times * delay.most}`,
    delay.source,
  ];
  return {
    title: 'What AWS adds, on paper',
    columns: ['what', 'times in a row', 'ms each', 'ms together', 'from'],
    rows: [...DELAYS.map(row), ['together, warm', '', '', `${least}–${most}`, ''], row(COLD_START)],
    note:
      'This machine has the services on loopback, within a millisecond or two, so this comes on top. Nothing of it was ' +
      'measured on AWS; the functions themselves run there on the processor share that their memory size buys.',
  };
}

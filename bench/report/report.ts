import * as z from 'zod';

/** What a bench found: the one shape that is printed, compared with the baseline and made a page of. */

/** How a figure came about, which decides how it is compared with the baseline. */
const Kind = z.enum([
  /** The same on every machine: bytes, calls, units, dollars. */
  'counted',
  /** Of two things measured in turns in one run. */
  'ratio',
  /** Of this machine, in this hour: shown, and never compared with another run's. */
  'time',
]);

const Figure = z.strictObject({
  /** Unique in its report, and kept from version to version: the baseline knows it by this. */
  name: z.string().regex(/^[a-z0-9-]+$/),
  /** What it is, in half a sentence. */
  what: z.string(),
  kind: Kind,
  /** `×` for a ratio. */
  unit: z.enum([
    '×',
    '%',
    'bytes',
    'KB',
    'MB',
    'ms',
    's',
    'µs',
    'calls',
    'units',
    'states',
    'GB-s',
    '$',
    'jobs/s',
  ]),
  /** The median of the runs, if there were several. */
  value: z.number(),
  spread: z.strictObject({ low: z.number(), high: z.number(), runs: z.int() }).exactOptional(),
  wanted: z
    .union([z.strictObject({ atMost: z.number() }), z.strictObject({ atLeast: z.number() })])
    .exactOptional(),
});
export type Figure = Readonly<z.infer<typeof Figure>>;

const Table = z.strictObject({
  title: z.string(),
  columns: z.array(z.string()),
  /** Texts as they are shown; numbers, which the page shows with as many digits as figures. */
  rows: z.array(z.array(z.union([z.string(), z.number()]))),
  /** What one has to know to read it: where prices come from, what is on paper. */
  note: z.string().exactOptional(),
});
export type Table = z.infer<typeof Table>;

const Axis = z.strictObject({
  label: z.string(),
  scale: z.enum(['linear', 'log']),
});

const Plot = z.strictObject({
  /** Names the picture's file. */
  name: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string(),
  x: Axis,
  y: Axis,
  series: z.array(
    z.strictObject({
      name: z.string(),
      points: z.array(z.tuple([z.number(), z.number()])),
      /** A line that is only there to compare with: drawn dashed. */
      reference: z.boolean().exactOptional(),
    }),
  ),
});
export type Plot = z.infer<typeof Plot>;

export const Report = z.strictObject({
  /** As in `npm run bench -- NAME`. */
  name: z.string(),
  title: z.string(),
  /** What is measured and how, for the page: paragraphs of Markdown. */
  text: z.array(z.string()),
  figures: z.array(Figure),
  tables: z.array(Table),
  plots: z.array(Plot),
});
export type Report = z.infer<typeof Report>;

/** @param progress takes a line about what is being done; it is no part of the result. */
export type Bench = (progress: (line: string) => void) => Promise<Report>;

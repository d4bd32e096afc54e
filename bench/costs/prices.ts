import * as z from 'zod';
import file from './prices.json' with { type: 'json' };

/** AWS's list prices, as `prices.json` has them with their sources. */

const Price = z.strictObject({
  service: z.string(),
  /** What `per` of them cost. */
  unit: z.string(),
  dollars: z.number().positive(),
  per: z.int().positive(),
  /** What an account has free of it each month. */
  free: z.number().positive().exactOptional(),
  page: z.url(),
  seen: z.string().nullable(),
});

const Prices = z.strictObject({
  region: z.string(),
  lookedUp: z.iso.date(),
  about: z.string(),
  prices: z.strictObject({
    invocation: Price,
    functionTime: Price,
    stateTransition: Price,
    writeUnit: Price,
    readUnit: Price,
    tableStorage: Price,
    tableBackup: Price,
    bucketWrite: Price,
    bucketRead: Price,
    bucketStorage: Price,
    secretCall: Price,
    secret: Price,
    apiCall: Price,
    event: Price,
    scheduledCall: Price,
    logs: Price,
    logStorage: Price,
    alarm: Price,
    dashboard: Price,
    trace: Price,
    keyCall: Price,
  }),
});

export const { region: REGION, lookedUp: LOOKED_UP, prices: PRICES } = Prices.parse(file);
export type Priced = keyof typeof PRICES;

/** Dollars for so many. */
export function priceOf(what: Priced, quantity: number): number {
  const { dollars, per } = PRICES[what];
  return (quantity * dollars) / per;
}

/** A quantity of everything that was used of something. */
export type Quantities = Readonly<Partial<Record<Priced, number>>>;

export function costOf(quantities: Quantities): number {
  return linesOf(quantities).reduce((sum, { dollars }) => sum + dollars, 0);
}

/** What is left to pay for a month when nothing else of the account uses what it has free. */
export function costAfterFree(quantities: Quantities): number {
  return linesOf(quantities).reduce(
    (sum, { what, quantity }) => sum + afterFree(what, quantity),
    0,
  );
}

/** Dollars for so many in a month, beyond what is free. */
export function afterFree(what: Priced, quantity: number): number {
  return priceOf(what, Math.max(0, quantity - (PRICES[what].free ?? 0)));
}

/** Dollars by the service that they go to. */
export function costByService(quantities: Quantities): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { service, dollars } of linesOf(quantities)) {
    sums.set(service, (sums.get(service) ?? 0) + dollars);
  }
  return sums;
}

export interface Line {
  readonly what: Priced;
  readonly service: string;
  readonly quantity: number;
  readonly dollars: number;
}

/** In the order of the prices; what was not used is left out. */
export function linesOf(quantities: Quantities): readonly Line[] {
  return keysOf(PRICES).flatMap((what) => {
    const quantity = quantities[what] ?? 0;
    const { service } = PRICES[what];
    return quantity === 0 ? [] : [{ what, service, quantity, dollars: priceOf(what, quantity) }];
  });
}

function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): readonly Key[] {
  return Object.keys(record).filter((key): key is Key => key in record);
}

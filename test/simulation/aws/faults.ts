import type { Random } from '../random.ts';

/** What goes wrong in a simulation, how often, and until when. */

/** What can happen to one call to AWS or to the Actual server. */
export type Fault =
  /** The caller dies before anything was done, or right after. */
  | 'crash before'
  | 'crash after'
  /** It did not happen: throttled, unreachable. */
  | 'refused'
  /** It did happen, but the caller is told that it did not. */
  | 'lost answer'
  /** Another transaction was at work on the same item. */
  | 'conflict'
  /** It takes minutes. */
  | 'stuck';

/** What can happen to the invocation of a function. */
export type InvocationFault =
  | 'throttled'
  | 'refused'
  /** It runs, but its caller is told that the service failed. */
  | 'lost answer';

/** How likely each thing is, from 0 to 1. */
export interface FaultRates {
  readonly crash: number;
  readonly refused: number;
  readonly lostAnswer: number;
  readonly conflict: number;
  readonly stuck: number;
  readonly throttledStart: number;
  readonly invocationRefused: number;
  readonly invocationLost: number;
  readonly deliveryLost: number;
  readonly deliveryTwice: number;
  readonly deliveryLate: number;
  readonly statusEventLost: number;
  readonly clockBack: number;
  readonly console: number;
  readonly redeployed: number;
  readonly seenInParts: number;
  readonly indexLate: number;
}

const WORST: FaultRates = {
  crash: 0.03,
  refused: 0.05,
  lostAnswer: 0.05,
  conflict: 0.05,
  stuck: 0.01,
  throttledStart: 0.2,
  invocationRefused: 0.1,
  invocationLost: 0.1,
  deliveryLost: 0.3,
  deliveryTwice: 0.5,
  deliveryLate: 0.3,
  statusEventLost: 1,
  clockBack: 0.2,
  console: 0.5,
  redeployed: 0.5,
  seenInParts: 0.6,
  indexLate: 0.5,
};

/** Each seed has its own weather: some faults not at all, others up to their worst. */
export function drawRates(random: Random): FaultRates {
  const draw = (worst: number) => (random.chance(0.4) ? 0 : worst * (random.int(1, 100) / 100));
  return {
    crash: draw(WORST.crash),
    refused: draw(WORST.refused),
    lostAnswer: draw(WORST.lostAnswer),
    conflict: draw(WORST.conflict),
    stuck: draw(WORST.stuck),
    throttledStart: draw(WORST.throttledStart),
    invocationRefused: draw(WORST.invocationRefused),
    invocationLost: draw(WORST.invocationLost),
    deliveryLost: draw(WORST.deliveryLost),
    deliveryTwice: draw(WORST.deliveryTwice),
    deliveryLate: draw(WORST.deliveryLate),
    statusEventLost: random.chance(0.2) ? WORST.statusEventLost : draw(0.5),
    clockBack: draw(WORST.clockBack),
    console: draw(WORST.console),
    redeployed: draw(WORST.redeployed),
    seenInParts: draw(WORST.seenInParts),
    indexLate: draw(WORST.indexLate),
  };
}

/** Decides about each call, until the faults end. */
export class Faults {
  private readonly random: Random;
  private readonly rates: FaultRates;
  private over = false;

  constructor(random: Random, rates: FaultRates) {
    this.random = random;
    this.rates = rates;
  }

  end(): void {
    this.over = true;
  }

  /** @param transacts whether the call is one that another transaction may be in the way of. */
  ofCall(transacts: boolean): Fault | undefined {
    const { rates } = this;
    if (this.happens(rates.crash)) return this.random.pick(['crash before', 'crash after']);
    if (this.happens(rates.refused)) return 'refused';
    if (this.happens(rates.lostAnswer)) return 'lost answer';
    if (transacts && this.happens(rates.conflict)) return 'conflict';
    return this.happens(rates.stuck) ? 'stuck' : undefined;
  }

  ofInvocation(): InvocationFault | undefined {
    const { rates } = this;
    if (this.happens(rates.throttledStart)) return 'throttled';
    if (this.happens(rates.invocationRefused)) return 'refused';
    return this.happens(rates.invocationLost) ? 'lost answer' : undefined;
  }

  /** Whether a thing of this kind happens now. */
  of(kind: keyof FaultRates): boolean {
    return this.happens(this.rates[kind]);
  }

  private happens(rate: number): boolean {
    return !this.over && rate > 0 && this.random.chance(rate);
  }
}

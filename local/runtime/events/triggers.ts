import { join } from 'node:path';
import * as z from 'zod';
import type { FunctionInvoker, LocalCredentials, ResolvedStack } from '../contract.ts';
import { Asynchronous } from '../functions/asynchronous.ts';
import type { Queues } from '../queues.ts';
import type { RunningParts } from '../running-parts.ts';
import type { Topics } from '../topics.ts';
import { Checkpoints } from './checkpoints.ts';
import { Rules } from './rules.ts';
import { Schedules } from './schedules.ts';
import { Streams } from './streams.ts';

export interface TriggersOptions {
  readonly stack: ResolvedStack;
  /** Folder for everything that is kept between starts. */
  readonly data: string;
  readonly credentials: LocalCredentials;
  readonly invoker: FunctionInvoker;
  readonly queues: Queues;
  readonly topics: Topics;
  /** Address of the tables' engine. */
  readonly engine: string;
  /** Milliseconds before Lambda tries an event a second and a third time. */
  readonly eventPauses?: readonly number[] | undefined;
  readonly onDiskFull?: (() => void) | undefined;
}

/** What calls functions by itself: the rules of the event bus, schedules, and the streams of tables. */
export class Triggers {
  private readonly asynchronous: Asynchronous;
  private readonly rules: Rules;
  private readonly schedules: Schedules;
  private readonly streams: Streams;

  constructor(options: TriggersOptions, parts: RunningParts) {
    const { stack, data, credentials, invoker, queues, topics, onDiskFull } = options;
    const functions = new Asynchronous({
      stack,
      invoker,
      queues,
      file: join(data, 'events.sqlite'),
      pauses: options.eventPauses,
    });
    this.asynchronous = parts.add(functions);
    this.rules = parts.add(new Rules({ stack, functions, topics, onDiskFull }));
    const positions = new Checkpoints(join(data, 'schedules.json'), z.iso.datetime());
    this.schedules = parts.add(new Schedules({ stack, functions, positions }));
    const checkpoints = new Checkpoints(join(data, 'checkpoints.json'));
    const endpoint = options.engine;
    this.streams = parts.add(
      new Streams({ stack, invoker, checkpoints, queues, credentials, endpoint }),
    );
  }

  async start(): Promise<void> {
    this.asynchronous.start();
    await this.streams.start();
    this.rules.start();
    this.schedules.start();
  }

  /** Puts an event on the event bus. */
  publish(event: Readonly<Record<string, unknown>>): void {
    this.rules.publish(event);
  }

  /** Looks at the streams at once: something was written. */
  look(): void {
    this.streams.look();
  }
}

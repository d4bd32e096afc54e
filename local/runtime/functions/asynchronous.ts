import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type {
  FunctionError,
  FunctionInvoker,
  ResolvedStack,
  Resource,
  RunningPart,
} from '../contract.ts';
import { fieldsOf } from '../fields.ts';
import { isDiskFull, WAIT_FOR_ROOM_MS } from '../full-disk.ts';
import { openKeptDatabase } from '../kept-database.ts';
import { Timers } from '../timers.ts';

/**
 * Lambda's own queue of events, which EventBridge puts its events into: kept on disk from the moment that an event was
 * taken over until the function was done with it, or it was set aside (Lambda Developer Guide, "How Lambda handles
 * errors and retries with asynchronous invocation").
 */

export interface AsynchronousOptions {
  readonly stack: ResolvedStack;
  readonly invoker: FunctionInvoker;
  readonly queues: { send(queueArn: string, body: string): unknown };
  readonly file: string;
  /** Milliseconds before the second and the third attempt. */
  readonly pauses?: readonly number[] | undefined;
}

interface Event {
  readonly id: string;
  readonly functionName: string;
  /** JSON text. */
  readonly payload: string;
  /** Milliseconds since the epoch. */
  readonly accepted: number;
  readonly attempts: number;
}

interface Settings {
  readonly retries: number;
  readonly ageMs: number;
  /** ARN of the queue for what could not be done. */
  readonly onFailure: string | undefined;
}

const DEFAULT_RETRIES = 2;
const DEFAULT_AGE_SECONDS = 21_600;
const PAUSES = [60_000, 120_000];
const FIRST_PAUSE_WHEN_THROTTLED = 1000;
const LONGEST_PAUSE_WHEN_THROTTLED = 300_000;

const TABLE = `
  CREATE TABLE IF NOT EXISTS events (
    id TEXT PRIMARY KEY, functionName TEXT NOT NULL, payload TEXT NOT NULL,
    accepted INTEGER NOT NULL, attempts INTEGER NOT NULL
  )`;

export class Asynchronous implements RunningPart {
  private readonly options: AsynchronousOptions;
  private readonly functions: ReadonlyMap<string, Resource>;
  private readonly database: DatabaseSync;
  private readonly timers = new Timers();
  private closed = false;

  constructor(options: AsynchronousOptions) {
    this.options = options;
    const functions = options.stack.resources.filter(
      ({ type }) => type === 'AWS::Lambda::Function',
    );
    this.functions = new Map(functions.map((resource) => [resource.arn, resource]));
    this.database = openKeptDatabase(options.file, TABLE);
  }

  /** Goes on with what was not done when this machine went off; events of a function that is gone go with it. */
  start(): void {
    for (const row of this.database.prepare('SELECT * FROM events ORDER BY accepted').all()) {
      const event: Event = {
        id: String(row.id),
        functionName: String(row.functionName),
        payload: String(row.payload),
        accepted: Number(row.accepted),
        attempts: Number(row.attempts),
      };
      if (this.arnOf(event) === undefined) this.forget(event);
      else void this.attempt(event);
    }
  }

  /**
   * Takes an event over: from here on it is not lost.
   *
   * @throws Error when the stack has no such function; SQLite's own when the disk is full.
   */
  accept(functionArn: string, payload: unknown): void {
    const resource = this.functions.get(functionArn);
    if (resource === undefined) throw new Error(`The stack has no function ${functionArn}`);
    const event: Event = {
      id: randomUUID(),
      functionName: resource.physicalId,
      payload: JSON.stringify(payload ?? null),
      accepted: Date.now(),
      attempts: 0,
    };
    this.database
      .prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?)')
      .run(event.id, event.functionName, event.payload, event.accepted, event.attempts);
    void this.attempt(event);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.timers.callOff();
    this.database.close();
  }

  private async attempt(event: Event, throttled = 0): Promise<void> {
    const { retries, ageMs } = this.settingsOf(event);
    if (Date.now() > event.accepted + ageMs) return this.setAside(event, 'EventAgeExceeded');
    const result = await this.options.invoker.invoke(event.functionName, JSON.parse(event.payload));
    // Whatever the function came to when its machine was switched off: it is asked again after the start.
    if (this.closed) return;
    switch (result.kind) {
      case 'success':
        return this.forget(event);
      case 'throttled': {
        const pause = FIRST_PAUSE_WHEN_THROTTLED * 2 ** throttled;
        const milliseconds = Math.min(pause, LONGEST_PAUSE_WHEN_THROTTLED);
        return this.timers.after(milliseconds, () => void this.attempt(event, throttled + 1));
      }
      case 'error': {
        const tried = { ...event, attempts: event.attempts + 1 };
        if (tried.attempts > retries) return this.setAside(tried, 'RetriesExhausted', result.error);
        this.write(() =>
          this.database
            .prepare('UPDATE events SET attempts = ? WHERE id = ?')
            .run(tried.attempts, tried.id),
        );
        const pauses = this.options.pauses ?? PAUSES;
        return this.timers.after(pauses[tried.attempts - 1] ?? 0, () => void this.attempt(tried));
      }
    }
  }

  /** In the form in which Lambda tells of it ("Capturing records of Lambda asynchronous invocations"). */
  private setAside(event: Event, condition: string, error?: FunctionError): void {
    const { onFailure } = this.settingsOf(event);
    if (onFailure !== undefined) {
      const record = {
        version: '1.0',
        timestamp: new Date().toISOString(),
        requestContext: {
          requestId: event.id,
          functionArn: `${this.arnOf(event)}:$LATEST`,
          condition,
          approximateInvokeCount: event.attempts,
        },
        requestPayload: JSON.parse(event.payload),
        responseContext: {
          statusCode: 200,
          executedVersion: '$LATEST',
          ...(error === undefined ? {} : { functionError: 'Unhandled' }),
        },
        responsePayload: error ?? null,
      };
      this.write(() => {
        this.options.queues.send(onFailure, JSON.stringify(record));
        this.forget(event);
      });
    } else this.forget(event);
  }

  private forget({ id }: Event): void {
    this.write(() => this.database.prepare('DELETE FROM events WHERE id = ?').run(id));
  }

  /** What a full disk does not take is written later; where the stack ends before, the function is asked once more. */
  private write(act: () => unknown): void {
    try {
      act();
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      this.timers.after(WAIT_FOR_ROOM_MS, () => this.write(act));
    }
  }

  private settingsOf({ functionName }: Event): Settings {
    const { properties = {} } =
      this.options.stack.resources.find(
        (resource) =>
          resource.type === 'AWS::Lambda::EventInvokeConfig' &&
          resource.properties.FunctionName === functionName,
      ) ?? {};
    const destination = fieldsOf(fieldsOf(properties.DestinationConfig).OnFailure).Destination;
    return {
      retries: Number(properties.MaximumRetryAttempts ?? DEFAULT_RETRIES),
      ageMs: Number(properties.MaximumEventAgeInSeconds ?? DEFAULT_AGE_SECONDS) * 1000,
      onFailure: destination === undefined ? undefined : String(destination),
    };
  }

  private arnOf({ functionName }: Event): string | undefined {
    return [...this.functions.values()].find(({ physicalId }) => physicalId === functionName)?.arn;
  }
}

/** What a dead letter asks for, by the forms that Lambda, EventBridge and its scheduler have for them. */

export type Letter =
  /** An event, to be handed to the function again. */
  | { readonly kind: 'event'; readonly payload: unknown }
  /** Records of a stream, of which it says no more than where they lay. */
  | { readonly kind: 'records'; readonly batch: unknown }
  /** Nothing that any of them writes. */
  | { readonly kind: 'unreadable' };

/**
 * @param body of the message. Lambda tells of an event in a record around it (`requestPayload`), and of records of a
 * stream by their place alone (`DDBStreamBatchInfo`); EventBridge's scheduler sets aside the call of Lambda that it could not
 * make (https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html), EventBridge the event itself.
 */
export function readLetter(body: string): Letter {
  const content = parsed(body);
  if (typeof content !== 'object' || content === null) return { kind: 'unreadable' };
  if ('DDBStreamBatchInfo' in content)
    return { kind: 'records', batch: content.DDBStreamBatchInfo };
  if ('requestContext' in content && 'requestPayload' in content) {
    return { kind: 'event', payload: content.requestPayload };
  }
  const event =
    'FunctionName' in content && 'Payload' in content ? calledWith(content.Payload) : content;
  return event === undefined ? { kind: 'unreadable' } : { kind: 'event', payload: event };
}

/** What a call of Lambda hands to the function: JSON as a text, in requests that are JSON themselves. */
function calledWith(payload: unknown): unknown {
  return typeof payload === 'string' ? parsed(payload) : payload;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

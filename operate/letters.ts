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
 * stream by their place alone (`DDBStreamBatchInfo`); EventBridge and its scheduler set the event itself aside.
 */
export function readLetter(body: string): Letter {
  const content = parsed(body);
  if (typeof content !== 'object' || content === null) return { kind: 'unreadable' };
  if ('DDBStreamBatchInfo' in content)
    return { kind: 'records', batch: content.DDBStreamBatchInfo };
  if ('requestContext' in content && 'requestPayload' in content) {
    return { kind: 'event', payload: content.requestPayload };
  }
  return { kind: 'event', payload: content };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

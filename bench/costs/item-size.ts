import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An item as it is on the wire. */
export type WireItem = Readonly<Record<string, AttributeValue>>;

/**
 * How many bytes an item is charged for: its names and values, in UTF-8.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function sizeOf(item: WireItem): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOfValue(value),
    0,
  );
}

/** A list or a map takes 3 bytes of its own, and 1 for each of its members. */
const CONTAINER_BYTES = 3;

/** @throws TypeError of a kind that the product does not store: binary, or a set. */
function sizeOfValue(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  // One byte for two digits, and one more.
  if (value.N !== undefined) return Math.ceil(value.N.replace(/^-|\./g, '').length / 2) + 1;
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  if (value.L !== undefined) {
    return value.L.reduce((sum, member) => sum + 1 + sizeOfValue(member), CONTAINER_BYTES);
  }
  if (value.M !== undefined) {
    return CONTAINER_BYTES + Object.keys(value.M).length + sizeOf(value.M);
  }
  throw new TypeError(`Its size is not known: ${Object.keys(value)}`);
}

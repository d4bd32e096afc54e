import type { Schema } from './schema-values.ts';

/** What an OpenAPI document says of an API's operations. */

export interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  readonly schema: Schema;
}

export interface Operation {
  readonly method: string;
  /** With `{parameters}`. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** Of the JSON body, where the operation takes one. */
  readonly body?: Schema;
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Described {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
}

export function operationsOf({ paths }: OpenApi): readonly Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => {
      const body = requestBody?.content['application/json']?.schema;
      return {
        method: method.toUpperCase(),
        path,
        parameters,
        ...(body === undefined ? {} : { body }),
      };
    }),
  );
}

/** @throws RangeError for a reference to what is not there. */
export function resolver({ components }: OpenApi): (ref: string) => Schema {
  return (ref) => {
    const schema = components.schemas[ref.replace('#/components/schemas/', '')];
    if (schema === undefined) throw new RangeError(`The document has no ${ref}`);
    return schema;
  };
}

import { isFields } from '../runtime/fields.ts';

/** CloudFormation's intrinsic functions, as far as synthesized templates use them. */

/** What a template's names stand for on this machine. */
export interface Names {
  /** `Ref` of a resource, parameter or pseudo-parameter. */
  ref(name: string): unknown;
  /** `Fn::GetAtt` of a resource. */
  attribute(logicalId: string, attribute: string): unknown;
  /** An output of another stack. */
  stackOutput(stackName: string, outputName: string): unknown;
}

/** A template that this machine cannot run; says where and what. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** Marks a property as not there (`AWS::NoValue`). */
export const NO_VALUE = Symbol('AWS::NoValue');

/**
 * The value with every intrinsic function in it resolved.
 *
 * @param at where the value stands, for errors.
 * @throws TemplateError on a function that is not known here.
 */
export function resolveValue(value: unknown, names: Names, at: string): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => resolveValue(item, names, at)).filter((item) => item !== NO_VALUE);
  }
  if (!isFields(value)) return value;
  const [[name, argument] = ['', undefined], ...others] = Object.entries(value);
  if (others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) {
    return call(name, argument, names, at);
  }
  const entries = Object.entries(value)
    .map(([key, item]) => [key, resolveValue(item, names, `${at}.${key}`)] as const)
    .filter(([, item]) => item !== NO_VALUE);
  return Object.fromEntries(entries);
}

function call(name: string, argument: unknown, names: Names, at: string): unknown {
  switch (name) {
    case 'Ref':
      return names.ref(text(argument, at));
    case 'Fn::GetAtt': {
      const [id, ...path] = typeof argument === 'string' ? argument.split('.') : list(argument, at);
      return names.attribute(text(id, at), path.map((part) => text(part, at)).join('.'));
    }
    case 'Fn::Join': {
      const [separator, parts] = list(argument, at);
      const resolved = list(resolveValue(parts, names, at), at);
      return resolved.map((part) => text(part, at)).join(text(separator, at));
    }
    case 'Fn::Sub':
      return substitute(argument, names, at);
    case 'Fn::Select': {
      const [index, parts] = list(argument, at);
      return list(resolveValue(parts, names, at), at)[Number(index)];
    }
    case 'Fn::Split': {
      const [separator, whole] = list(argument, at);
      return text(resolveValue(whole, names, at), at).split(text(separator, at));
    }
    case 'Fn::GetStackOutput': {
      const { StackName, OutputName } = isFields(argument) ? argument : {};
      return names.stackOutput(text(resolveValue(StackName, names, at), at), text(OutputName, at));
    }
    default:
      throw new TemplateError(`${at} uses ${name}, which the local stack does not know.`);
  }
}

function substitute(argument: unknown, names: Names, at: string): string {
  const [template, given] = typeof argument === 'string' ? [argument, {}] : list(argument, at);
  const own = isFields(given) ? given : {};
  return text(template, at).replace(/\$\{([^}!]+)\}/g, (_whole, name: string) => {
    if (Object.hasOwn(own, name)) return text(resolveValue(own[name], names, at), at);
    const [id, ...path] = name.split('.');
    const value = path.length === 0 ? names.ref(name) : names.attribute(id ?? '', path.join('.'));
    return text(value, at);
  });
}

function list(value: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new TemplateError(`${at} has not the expected form.`);
  return value;
}

function text(value: unknown, at: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TemplateError(`${at} is not a text.`);
}

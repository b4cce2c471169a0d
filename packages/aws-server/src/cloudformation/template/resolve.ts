import { unsupported } from '../errors.ts';
import { attributePath } from './references.ts';

/** What expressions can refer to. */
export interface Scope {
  /** Value of a parameter, a pseudo parameter or the physical id of a resource. */
  ref(name: string): unknown;
  attribute(logicalId: string, name: string): string;
  importValue(name: string): string;
  zones(region: string): readonly string[];
}

type Function = (argument: unknown, scope: Scope) => unknown;

/** Stands for a property that isn't there. */
export const noValue: unique symbol = Symbol('AWS::NoValue');

const functions: Readonly<Record<string, Function>> = {
  Ref: (name, scope) => scope.ref(name as string),
  'Fn::GetAtt': (path, scope) => scope.attribute(...attributePath(path)),
  'Fn::Sub': substitute,
  'Fn::Join'(argument, scope) {
    const [separator, parts] = resolve(argument, scope) as [string, string[]];
    return parts.join(separator);
  },
  'Fn::Split'(argument, scope) {
    const [separator, text] = resolve(argument, scope) as [string, string];
    return text.split(separator);
  },
  'Fn::Select'(argument, scope) {
    const [index, list] = resolve(argument, scope) as [string | number, unknown[]];
    return list[Number(index)];
  },
  'Fn::GetAZs'(region, scope) {
    return scope.zones((resolve(region, scope) as string) || (scope.ref('AWS::Region') as string));
  },
  'Fn::ImportValue': (name, scope) => scope.importValue(resolve(name, scope) as string),
};

/** An expression's value. @throws AwsError for functions that this sandbox does not have. */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope)).filter((item) => item !== noValue);
  if (typeof value !== 'object' || value === null) return value;
  const [[key, argument] = ['', undefined], ...others] = Object.entries(value);
  const call = others.length === 0 && Object.hasOwn(functions, key) ? functions[key] : undefined;
  if (call) return call(argument, scope);
  if (key.startsWith('Fn::') || key === 'Condition') throw unsupported(`The template function ${key}`);
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, inner]) => [name, resolve(inner, scope)] as const)
      .filter(([, inner]) => inner !== noValue),
  );
}

function substitute(argument: unknown, scope: Scope): string {
  const [text, variables = {}] = (Array.isArray(argument) ? argument : [argument]) as [
    string,
    Record<string, unknown>?,
  ];
  return text.replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    if (Object.hasOwn(variables, name)) return String(resolve(variables[name], scope));
    const [logicalId, attribute] = attributePath(name);
    return String(attribute === '' ? scope.ref(logicalId) : scope.attribute(logicalId, attribute));
  });
}

import { MeshbedError, suggestion } from '@meshbed/core';
import { tryParseCidr } from '@meshbed/policy/network';
import { type FaultField, type FaultKind, type FaultKindInfo, faultKinds, type FaultRule } from './kinds.ts';

type Check = (value: unknown) => string | undefined;

const text: Check = (value) => (typeof value === 'string' && value !== '' ? undefined : 'it must be text');
const cidr: Check = (value) =>
  typeof value === 'string' && tryParseCidr(value) ? undefined : 'it must be a CIDR block, such as 10.1.0.0/16';
const number =
  (minimum: number, maximum: number): Check =>
  (value) =>
    typeof value === 'number' && value >= minimum && value <= maximum
      ? undefined
      : `it must be a number from ${minimum} to ${maximum}`;
const whole =
  (minimum: number, maximum: number): Check =>
  (value) =>
    number(minimum, maximum)(value) ?? (Number.isInteger(value) ? undefined : 'it must be a whole number');

const longestMs = 2 ** 31 - 1;

const checks: Record<FaultField, Check> = {
  service: text,
  operation: text,
  account: text,
  principal: text,
  resource: text,
  code: text,
  message: text,
  state: text,
  through: text,
  from: cidr,
  to: cidr,
  status: whole(400, 599),
  ms: whole(1, longestMs),
  count: whole(1, 1_000_000),
  forMs: whole(1, longestMs),
  probability: number(0, 1),
};

/** What another process asks for. @throws MeshbedError `user/fault` */
export function parseFault(given: unknown): FaultRule {
  if (typeof given !== 'object' || given === null) throw wrong('a fault is an object with a kind');
  const { kind, ...fields } = given as Record<string, unknown>;
  const { about, fields: known, needs = [] } = kindNamed(kind);
  for (const [name, value] of Object.entries(fields)) {
    if (!known.includes(name as FaultField))
      throw wrong(`${String(kind)} has no ${name}: ${about}`, `it has ${known.join(', ')}`);
    const problem = checks[name as FaultField](value);
    if (problem !== undefined) throw wrong(`${name} is ${JSON.stringify(value)}; ${problem}`);
  }
  if (needs.length > 0 && !needs.some((name) => name in fields))
    throw wrong(`${String(kind)} needs ${needs.join(' or ')}: ${about}`);
  return given as FaultRule;
}

function kindNamed(kind: unknown): FaultKindInfo {
  const names = Object.keys(faultKinds);
  if (typeof kind === 'string' && Object.hasOwn(faultKinds, kind)) return faultKinds[kind as FaultKind];
  throw wrong(
    `there is no fault ${String(kind)}`,
    `${suggestion(String(kind), names)} choose one of: ${names.join(', ')}`,
  );
}

const wrong = (message: string, next?: string) =>
  new MeshbedError('user/fault', message, next === undefined ? {} : { next: next.trim() });

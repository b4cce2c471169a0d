import { tryParseCidr, tryParseIp, cidrContains } from '../network/index.ts';
import type { RequestContext } from './context.ts';
import { globMatches, plainText, readPattern } from './pattern.ts';

export interface Operator {
  /** Whether one value of the request agrees with one value of the policy. */
  agrees(actual: string, wanted: string, context: RequestContext): boolean;
  /** True for the operators that ask that no value agrees. */
  negated: boolean;
}

type Agrees = Operator['agrees'];

const filledIn =
  (compare: (actual: string, wanted: string) => boolean): Agrees =>
  (actual, wanted, context) => {
    const pieces = readPattern(wanted, context);
    return pieces !== undefined && compare(actual, plainText(pieces));
  };

const like: Agrees = (actual, wanted, context) => {
  const pieces = readPattern(wanted, context);
  return pieces !== undefined && globMatches(pieces, actual);
};

/** The six parts of an ARN are compared one by one, so a wildcard does not reach over a colon, except in the last. */
const arn: Agrees = (actual, wanted, context) => {
  const [actualParts, wantedParts] = [arnParts(actual), arnParts(wanted)];
  return (
    actualParts.length === 6 &&
    wantedParts.length === 6 &&
    wantedParts.every((part, index) => like(actualParts[index]!, part, context))
  );
};

/** Colons inside `${…}` belong to the variable's name. */
function arnParts(text: string): string[] {
  const parts = [...text.matchAll(/((?:\$\{[^}]*\}|[^:])*)(?::|$)/g)].map(([, part]) => part ?? '');
  parts.pop();
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

const numeric = (compare: (actual: number, wanted: number) => boolean): Agrees =>
  filledIn((actual, wanted) => compare(Number(actual), Number(wanted)));

/** ISO 8601, or seconds since the epoch. */
const instant = (text: string) => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));

const date = (compare: (actual: number, wanted: number) => boolean): Agrees =>
  filledIn((actual, wanted) => compare(instant(actual), instant(wanted)));

const address: Agrees = filledIn((actual, wanted) => {
  const ip = tryParseIp(actual);
  const cidr = tryParseCidr(wanted.includes('/') ? wanted : `${wanted}/32`);
  return ip !== undefined && cidr !== undefined && cidrContains(cidr, ip);
});

const equal = (actual: unknown, wanted: unknown) => actual === wanted;
const equalIgnoringCase = (actual: string, wanted: string) => actual.toLowerCase() === wanted.toLowerCase();

const positive = (agrees: Agrees): Operator => ({ agrees, negated: false });
const negated = (agrees: Agrees): Operator => ({ agrees, negated: true });

/** All operators of IAM but `Null`, which asks for the key alone. */
export const operators: ReadonlyMap<string, Operator> = new Map([
  ['StringEquals', positive(filledIn(equal))],
  ['StringNotEquals', negated(filledIn(equal))],
  ['StringEqualsIgnoreCase', positive(filledIn(equalIgnoringCase))],
  ['StringNotEqualsIgnoreCase', negated(filledIn(equalIgnoringCase))],
  ['StringLike', positive(like)],
  ['StringNotLike', negated(like)],
  ['ArnEquals', positive(arn)],
  ['ArnLike', positive(arn)],
  ['ArnNotEquals', negated(arn)],
  ['ArnNotLike', negated(arn)],
  ['Bool', positive(filledIn(equalIgnoringCase))],
  ['BinaryEquals', positive(equal)],
  ['NumericEquals', positive(numeric(equal))],
  ['NumericNotEquals', negated(numeric(equal))],
  ['NumericLessThan', positive(numeric((actual, wanted) => actual < wanted))],
  ['NumericLessThanEquals', positive(numeric((actual, wanted) => actual <= wanted))],
  ['NumericGreaterThan', positive(numeric((actual, wanted) => actual > wanted))],
  ['NumericGreaterThanEquals', positive(numeric((actual, wanted) => actual >= wanted))],
  ['DateEquals', positive(date(equal))],
  ['DateNotEquals', negated(date(equal))],
  ['DateLessThan', positive(date((actual, wanted) => actual < wanted))],
  ['DateLessThanEquals', positive(date((actual, wanted) => actual <= wanted))],
  ['DateGreaterThan', positive(date((actual, wanted) => actual > wanted))],
  ['DateGreaterThanEquals', positive(date((actual, wanted) => actual >= wanted))],
  ['IpAddress', positive(address)],
  ['NotIpAddress', negated(address)],
]);

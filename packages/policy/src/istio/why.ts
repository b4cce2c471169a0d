/** Why a policy does not match a connection, for people. */
import type { AddressMatch, Authorization, Rule, ServiceAccountMatch, StringMatch } from './authorization.ts';
import type { Connection } from './connection.ts';
import { clauseMatches, type Mismatch, mismatchOf } from './match.ts';

/** A sentence for each rule, or one for a policy without rules. */
export function whyNot(
  { rules }: Authorization,
  ruleNumbers: readonly number[],
  connection: Connection,
): readonly string[] {
  if (rules.length === 0) return ['it has no rule, so that it matches nothing'];
  return rules.map((rule, index) => `rule ${ruleNumbers[index] ?? index + 1}: ${whyNotRule(rule, connection)}`);
}

function whyNotRule({ clauses }: Rule, connection: Connection): string {
  const clause = clauses.find((each) => !clauseMatches(each, connection));
  const reasons = (clause?.matches ?? []).map((match) => describe(mismatchOf(match, connection)));
  return [...new Set(reasons)].join('; ');
}

function describe(mismatch: Mismatch | undefined): string {
  if (!mismatch) return 'what ztunnel can see of it says nothing';
  const { name, actual, kind, values } = mismatch;
  const value = actual === '' ? 'there is none (plain text)' : `it is ${actual}`;
  const list = values.map(textOf).join(', ');
  return kind === 'wanted' ? `${name} must be ${list}, ${value}` : `${name} must not be ${list}, ${value}`;
}

function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('address' in value) return addressText(value as AddressMatch);
  if ('serviceAccount' in value) return accountText(value as ServiceAccountMatch);
  return stringText(value as StringMatch);
}

const addressText = ({ address, length }: AddressMatch) => `${address}/${length}`;
const accountText = ({ namespace, serviceAccount }: ServiceAccountMatch) => `${namespace}/${serviceAccount}`;

function stringText({ exact, prefix, suffix }: StringMatch): string {
  return exact ?? (prefix === undefined ? `*${suffix ?? ''}` : `${prefix}*`);
}

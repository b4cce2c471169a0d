import { addressMatches, isAddressMatch } from './address.ts';
import type { Authorization, Clause, Match, Rule, ServiceAccountMatch, StringMatch } from './authorization.ts';
import { type Connection, type ConnectionPeer, peerOf } from './connection.ts';

/** Any rule; so one without rules never matches. */
export function authorizationMatches({ rules }: Authorization, connection: Connection): boolean {
  return rules.some((rule) => ruleMatches(rule, connection));
}

/** All clauses; so one without clauses always matches. */
export function ruleMatches({ clauses }: Rule, connection: Connection): boolean {
  return clauses.every((clause) => clauseMatches(clause, connection));
}

/** Any match, or no match listed at all. A match without fields counts as listed, but is never true. */
export function clauseMatches({ matches }: Clause, connection: Connection): boolean {
  return matches.length === 0 || matches.some((match) => matchHolds(match, connection));
}

/** One property of a connection, with what a match says about it. */
interface Field<T> {
  name: string;
  /** The connection's value, for people. */
  actual: string;
  wanted: readonly T[];
  unwanted: readonly T[];
  holds: (value: T) => boolean;
}

/** A field that decided against a match, for people. */
export interface Mismatch {
  name: string;
  actual: string;
  /** `wanted`: it is none of `values`; `unwanted`: it is one of them. */
  kind: 'wanted' | 'unwanted';
  values: readonly unknown[];
}

/** The first field of the match that the connection does not satisfy. */
export function mismatchOf(match: Match, connection: Connection): Mismatch | undefined {
  const field = fieldsOf(match, connection).find((each) => !fieldHolds(each));
  if (!field) return undefined;
  const { name, actual, wanted, unwanted, holds } = field;
  const excluded = unwanted.filter(holds);
  return excluded.length > 0
    ? { name, actual, kind: 'unwanted', values: excluded }
    : { name, actual, kind: 'wanted', values: wanted };
}

/** All fields that are there. */
function matchHolds(match: Match, connection: Connection): boolean {
  const fields = fieldsOf(match, connection).filter(({ wanted, unwanted }) => wanted.length + unwanted.length > 0);
  return fields.length > 0 && fields.every(fieldHolds);
}

function fieldHolds({ wanted, unwanted, holds }: Field<unknown>): boolean {
  return (wanted.length === 0 || wanted.some(holds)) && !unwanted.some(holds);
}

/** Values that can't be read are left out, as ztunnel does, which can widen a match. */
function fieldsOf(match: Match, connection: Connection): Field<unknown>[] {
  const peer = peerOf(connection);
  const { destinationIp, destinationPort, sourceIp } = connection;
  return [
    field('namespace', peer?.namespace ?? '', [match.namespaces, match.notNamespaces], isStringMatch, (one) =>
      stringMatches(one, peer?.namespace ?? ''),
    ),
    field(
      'principal',
      peer?.principal ?? '',
      [match.principals, match.notPrincipals],
      isStringMatch,
      (one) => peer !== undefined && stringMatches(one, peer.principal),
    ),
    field(
      'service account',
      peer ? `${peer.namespace}/${peer.serviceAccount}` : '',
      [match.serviceAccounts, match.notServiceAccounts],
      always,
      (one) => isServiceAccount(one, peer),
    ),
    field('source address', sourceIp, [match.sourceIps, match.notSourceIps], isAddressMatch, (one) =>
      addressMatches(one, sourceIp),
    ),
    field(
      'destination address',
      destinationIp,
      [match.destinationIps, match.notDestinationIps],
      isAddressMatch,
      (one) => addressMatches(one, destinationIp),
    ),
    field(
      'port',
      String(destinationPort),
      [match.destinationPorts, match.notDestinationPorts],
      always,
      (port) => port === destinationPort,
    ),
  ];
}

type List<T> = readonly T[] | undefined;

function field<T>(
  name: string,
  actual: string,
  [wanted, unwanted]: readonly [wanted: List<T>, unwanted: List<T>],
  readable: (value: T) => boolean,
  holds: (value: T) => boolean,
): Field<unknown> {
  return {
    name,
    actual,
    wanted: wanted?.filter(readable) ?? [],
    unwanted: unwanted?.filter(readable) ?? [],
    holds: holds as (value: unknown) => boolean,
  };
}

const always = () => true;
const isStringMatch = (match: StringMatch) => Object.values(match).some((value) => value !== undefined);

function stringMatches({ exact, prefix, suffix, presence }: StringMatch, value: string): boolean {
  if (exact !== undefined) return value === exact;
  if (prefix !== undefined) return value.startsWith(prefix);
  if (suffix !== undefined) return value.endsWith(suffix);
  return presence === true && value !== '';
}

/** The trust domain does not count. */
function isServiceAccount(
  { namespace, serviceAccount }: ServiceAccountMatch,
  peer: ConnectionPeer | undefined,
): boolean {
  return peer?.namespace === namespace && peer.serviceAccount === serviceAccount;
}

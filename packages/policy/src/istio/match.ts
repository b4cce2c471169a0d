import { addressMatches, isAddressMatch } from './address.ts';
import type { Authorization, Clause, Match, Rule, ServiceAccountMatch, StringMatch } from './authorization.ts';
import { type Connection, type ConnectionPeer, peerOf } from './connection.ts';

/** Any rule; so one without rules never matches. */
export function authorizationMatches({ rules }: Authorization, connection: Connection): boolean {
  return rules.some((rule) => ruleMatches(rule, connection));
}

/** All clauses; so one without clauses always matches. */
function ruleMatches({ clauses }: Rule, connection: Connection): boolean {
  return clauses.every((clause) => clauseMatches(clause, connection));
}

/** Any match, or no match listed at all. A match without fields counts as listed, but is never true. */
function clauseMatches({ matches }: Clause, connection: Connection): boolean {
  return matches.length === 0 || matches.some((match) => matchHolds(match, connection));
}

type Field<T> = { wanted: readonly T[]; unwanted: readonly T[]; holds: (value: T) => boolean };

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
    field(match.namespaces, match.notNamespaces, isStringMatch, (one) => stringMatches(one, peer?.namespace ?? '')),
    field(
      match.principals,
      match.notPrincipals,
      isStringMatch,
      (one) => peer !== undefined && stringMatches(one, peer.principal),
    ),
    field(match.serviceAccounts, match.notServiceAccounts, always, (one) => isServiceAccount(one, peer)),
    field(match.sourceIps, match.notSourceIps, isAddressMatch, (one) => addressMatches(one, sourceIp)),
    field(match.destinationIps, match.notDestinationIps, isAddressMatch, (one) => addressMatches(one, destinationIp)),
    field(match.destinationPorts, match.notDestinationPorts, always, (port) => port === destinationPort),
  ];
}

type List<T> = readonly T[] | undefined;

function field<T>(
  wanted: List<T>,
  unwanted: List<T>,
  readable: (value: T) => boolean,
  holds: (value: T) => boolean,
): Field<unknown> {
  return {
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

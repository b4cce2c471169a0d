/** The policy translation's plain objects → protobuf. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { AddressMatch, Authorization, Match, StringMatch } from '@meshbed/policy';
import { Action, type AuthorizationSchema, type MatchSchema, Scope } from '../../proto/gen/istio/authorization_pb.ts';
import { addressBytes } from '../addresses/bytes.ts';

export type AuthorizationMessage = MessageInitShape<typeof AuthorizationSchema>;

export function authorizationMessage(authorization: Authorization): AuthorizationMessage {
  const { name, namespace, scope, action, rules, dryRun } = authorization;
  return {
    name,
    namespace,
    scope: Scope[scope],
    action: Action[action],
    dryRun,
    rules: rules.map(({ clauses }) => ({
      clauses: clauses.map(({ matches }) => ({ matches: matches.map(matchMessage) })),
    })),
  };
}

const matchMessage = (match: Match): MessageInitShape<typeof MatchSchema> => ({
  namespaces: (match.namespaces ?? []).map(stringMessage),
  notNamespaces: (match.notNamespaces ?? []).map(stringMessage),
  principals: (match.principals ?? []).map(stringMessage),
  notPrincipals: (match.notPrincipals ?? []).map(stringMessage),
  sourceIps: (match.sourceIps ?? []).map(addressMessage),
  notSourceIps: (match.notSourceIps ?? []).map(addressMessage),
  destinationIps: (match.destinationIps ?? []).map(addressMessage),
  notDestinationIps: (match.notDestinationIps ?? []).map(addressMessage),
  destinationPorts: [...(match.destinationPorts ?? [])],
  notDestinationPorts: [...(match.notDestinationPorts ?? [])],
  serviceAccounts: [...(match.serviceAccounts ?? [])],
  notServiceAccounts: [...(match.notServiceAccounts ?? [])],
});

const addressMessage = ({ address, length }: AddressMatch) => ({ address: addressBytes(address), length });

function stringMessage({ exact, prefix, suffix, presence }: StringMatch) {
  if (exact !== undefined) return { matchType: { case: 'exact' as const, value: exact } };
  if (prefix !== undefined) return { matchType: { case: 'prefix' as const, value: prefix } };
  if (suffix !== undefined) return { matchType: { case: 'suffix' as const, value: suffix } };
  return presence ? { matchType: { case: 'presence' as const, value: {} } } : {};
}

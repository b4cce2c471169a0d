/** PeerAuthentication STRICT as ztunnel knows it: a policy that denies peers without an identity. */
import type { PeerAuthentication } from '../objects.ts';
import { type Labels, matches } from '../wds/snapshot.ts';
import type { AuthorizationMessage } from './message.ts';
import { Action, Scope } from '../../proto/gen/istio/authorization_pb.ts';

const staticName = 'istio_converted_static_strict';

export interface StrictPolicy {
  key: string;
  message: AuthorizationMessage;
  /** Whether a workload has to list the policy. */
  appliesTo: (namespace: string, labels: Labels) => boolean;
}

/** Undefined when there is no PeerAuthentication at all. */
export function strictPolicy(all: readonly PeerAuthentication[], rootNamespace: string): StrictPolicy | undefined {
  if (all.length === 0) return undefined;
  const older = all.toSorted((a, b) =>
    (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? ''),
  );
  return {
    key: `${rootNamespace}/${staticName}`,
    message: {
      name: staticName,
      namespace: rootNamespace,
      scope: Scope.WORKLOAD_SELECTOR,
      action: Action.DENY,
      rules: [{ clauses: [{ matches: [{ notPrincipals: [{ matchType: { case: 'presence', value: {} } }] }] }] }],
    },
    appliesTo: (namespace, labels) => modeOf(older, { namespace, labels, rootNamespace }) === 'STRICT',
  };
}

interface About {
  namespace: string;
  labels: Labels;
  rootNamespace: string;
}

/** The workload's own before its namespace's before the mesh's; UNSET passes on. */
function modeOf(all: readonly PeerAuthentication[], { namespace, labels, rootNamespace }: About): string {
  const selectorOf = ({ spec }: PeerAuthentication) => spec?.selector?.matchLabels;
  const levels = [
    all.filter(
      (each) => each.metadata.namespace === namespace && selectorOf(each) && matches(selectorOf(each) ?? {}, labels),
    ),
    all.filter((each) => each.metadata.namespace === namespace && !selectorOf(each)),
    all.filter((each) => each.metadata.namespace === rootNamespace && !selectorOf(each)),
  ];
  const modes = levels.map(([first]) => first?.spec?.mtls?.mode ?? 'UNSET');
  return modes.find((mode) => mode !== 'UNSET') ?? 'PERMISSIVE';
}

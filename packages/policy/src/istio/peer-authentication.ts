import type { Authorization } from './authorization.ts';
import type { PeerAuthenticationObject } from './resource.ts';

type Labels = Readonly<Record<string, string>>;

/** PeerAuthentication STRICT as ztunnel knows it: a policy that denies peers without an identity. */
export interface StrictAuthorization {
  authorization: Authorization;
  /** Whether a workload has to list the policy. */
  appliesTo: (namespace: string, labels: Labels) => boolean;
}

const strictName = 'istio_converted_static_strict';

/** Undefined when there is no PeerAuthentication at all. */
export function strictAuthorization(
  all: readonly PeerAuthenticationObject[],
  rootNamespace: string,
): StrictAuthorization | undefined {
  if (all.length === 0) return undefined;
  const older = all.toSorted((a, b) => createdAt(a).localeCompare(createdAt(b)));
  return {
    authorization: {
      name: strictName,
      namespace: rootNamespace,
      scope: 'WORKLOAD_SELECTOR',
      action: 'DENY',
      rules: [{ clauses: [{ matches: [{ notPrincipals: [{ presence: true }] }] }] }],
      dryRun: false,
    },
    appliesTo: (namespace, labels) => modeOf(older, { namespace, labels, rootNamespace }) === 'STRICT',
  };
}

const createdAt = ({ metadata }: PeerAuthenticationObject) => metadata.creationTimestamp ?? '';

interface About {
  namespace: string;
  labels: Labels;
  rootNamespace: string;
}

/** The workload's own before its namespace's before the mesh's; UNSET passes on. */
function modeOf(all: readonly PeerAuthenticationObject[], { namespace, labels, rootNamespace }: About): string {
  const selectorOf = ({ spec }: PeerAuthenticationObject) => spec?.selector?.matchLabels;
  const selects = (each: PeerAuthenticationObject) =>
    Object.entries(selectorOf(each) ?? {}).every(([key, value]) => labels[key] === value);
  const levels = [
    all.filter((each) => each.metadata.namespace === namespace && selectorOf(each) && selects(each)),
    all.filter((each) => each.metadata.namespace === namespace && !selectorOf(each)),
    all.filter((each) => each.metadata.namespace === rootNamespace && !selectorOf(each)),
  ];
  const modes = levels.map(([first]) => first?.spec?.mtls?.mode ?? 'UNSET');
  return modes.find((mode) => mode !== 'UNSET') ?? 'PERMISSIVE';
}

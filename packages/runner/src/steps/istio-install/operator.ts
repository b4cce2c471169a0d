import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import type { Configuration } from '../../configuration/index.ts';
import type { MeshMembership } from '../../scenario/kubernetes.ts';

export interface EcsAccount {
  /** Role that istiod assumes to read the account. */
  role: string;
  /** Mesh domain of the account's hosts. */
  domain: string;
}

export interface ControlPlane {
  membership: MeshMembership;
  /** Whose ECS it discovers. */
  accounts: readonly EcsAccount[];
}

/** What `istioctl install -f -` reads: Istio ambient with discovery of the ECS accounts. */
export function istioOperator(configuration: Configuration, { membership, accounts }: ControlPlane): string {
  const { hub, istioTag: tag, licenseKey } = configuration;
  const { network, multicluster } = membership;
  return stringify({
    apiVersion: 'install.istio.io/v1alpha1',
    kind: 'IstioOperator',
    spec: {
      profile: 'ambient',
      hub,
      tag,
      meshConfig: { accessLogFile: '/dev/stdout' },
      values: {
        global: {
          network,
          ...(multicluster && {
            meshID: multicluster.meshId,
            multiCluster: { clusterName: multicluster.clusterName },
          }),
        },
        cni: { ambient: { dnsCapture: true } },
        ...(accounts.length > 0 && { platforms: { ecs: { accounts } } }),
        pilot: {
          env: {
            PILOT_ENABLE_IP_AUTOALLOCATE: 'true',
            PILOT_ENABLE_ALPHA_GATEWAY_API: 'true',
            REQUIRE_3P_TOKEN: 'false',
            ...(multicluster && { AMBIENT_ENABLE_MULTI_NETWORK: 'true' }),
          },
        },
        ...(licenseKey === undefined ? {} : { license: { value: licenseKey.reveal() } }),
      },
    },
  });
}

/** Tells one set of values from another without showing them. */
export function fingerprint(operator: string): string {
  return createHash('sha256').update(operator).digest('hex').slice(0, 16);
}

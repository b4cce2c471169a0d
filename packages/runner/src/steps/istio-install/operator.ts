import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { names, type Configuration } from '../../configuration.ts';

export interface EcsAccount {
  /** Role that istiod assumes to read the account. */
  role: string;
  /** Mesh domain of the account's hosts. */
  domain: string;
}

/** What `istioctl install -f -` reads: Istio ambient with discovery of the ECS accounts. */
export function istioOperator(configuration: Configuration, accounts: readonly EcsAccount[]): string {
  const { hub, istioTag: tag, licenseKey } = configuration;
  return stringify({
    apiVersion: 'install.istio.io/v1alpha1',
    kind: 'IstioOperator',
    spec: {
      profile: 'ambient',
      hub,
      tag,
      meshConfig: { accessLogFile: '/dev/stdout' },
      values: {
        global: { network: names.network },
        cni: { ambient: { dnsCapture: true } },
        platforms: { ecs: { accounts } },
        pilot: {
          env: {
            PILOT_ENABLE_IP_AUTOALLOCATE: 'true',
            PILOT_ENABLE_ALPHA_GATEWAY_API: 'true',
            REQUIRE_3P_TOKEN: 'false',
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

import { MeshbedError } from '@meshbed/core';
import type { KubeApi } from '@meshbed/kube-client';
import { encodeBootstrapToken } from '../../bootstrap.ts';
import { type CommandInput, text } from '../context.ts';
import { istiodAddress, networkOf, rootCertificate } from './cluster.ts';

/** `istioctl bootstrap`: the token alone, for a ztunnel that somebody starts by hand. */
export async function bootstrap({ flags, context, kube }: CommandInput): Promise<void> {
  refuseOtherPlatforms(flags);
  const token = await bootstrapToken(await kube(), placeOf(flags), (line) => context.writeError(`• ${line}\n`));
  context.write(`${token}\n`);
}

export interface Place {
  namespace: string;
  /** Of the service account. */
  name: string;
}

export const placeOf = (flags: CommandInput['flags']): Place => ({
  namespace: text(flags['namespace']) ?? 'istio-system',
  name: text(flags['service-account']) ?? 'default',
});

export function refuseOtherPlatforms(flags: CommandInput['flags']): void {
  const platform = text(flags['platform']) ?? 'ecs';
  if (platform !== 'ecs')
    throw new MeshbedError(
      'user/platform',
      `--platform ${platform} is not supported by this istioctl: only ecs (Fargate) is`,
    );
}

/** @throws MeshbedError when nothing exposes istiod, or the namespace has no root certificate */
export async function bootstrapToken(kube: KubeApi, place: Place, say: (line: string) => void): Promise<string> {
  const certificate = await rootCertificate(kube, place.namespace);
  say(`Root certificate fetched from ConfigMap ${place.namespace}/istio-ca-root-cert`);
  const { address, through } = await istiodAddress(kube);
  say(`istiod is reached at https://${address} (${through})`);
  const network = await networkOf(kube);
  return encodeBootstrapToken({
    istiodAddress: address,
    rootCertificate: certificate,
    namespace: place.namespace,
    serviceAccount: place.name,
    network,
    platform: 'ecs',
    clusterId: 'Kubernetes',
  });
}

import type { ContainerSpec, NetworkPlace, WorkloadSpec } from '@meshbed/core';
import type { Container, Pod } from '../objects/index.ts';
import { environmentOf, expand } from './environment.ts';
import { type Mount, MountedFiles } from './mounted-files.ts';
import { PodProblem } from './problem.ts';
import { healthCheckOf, probeTest } from './probes.ts';
import { openVolume, renewedToken, type VolumeContext, type VolumeFiles } from './volumes.ts';

const tokenDirectory = '/var/run/secrets/kubernetes.io/serviceaccount';
/** What the API server gives to tokens that pods get without asking. */
const defaultTokenMs = 3607 * 1000;

export interface SpecificationContext extends VolumeContext {
  clusterName: string;
  network: NetworkPlace;
  caPem: string;
  /** Of the `kubernetes` service. */
  apiAddress: string;
  /** Whether the pod's service account lets its token be mounted. */
  mountsToken: boolean;
}

/**
 * What the runtime needs to run a pod.
 * @throws PodProblem when something that the pod refers to is missing or not supported
 */
export function workloadSpec(pod: Pod, context: SpecificationContext): WorkloadSpec {
  const { namespace, name } = pod.metadata;
  const volumes = new Map((pod.spec.volumes ?? []).map((volume) => [volume.name, openVolume(volume, context)]));
  const hostname = pod.spec.hostNetwork ? (pod.spec.nodeName ?? name) : (pod.spec.hostname ?? name);
  const token = context.mountsToken ? tokenMount(pod, context) : undefined;
  const build = (container: Container, dependsOn: ContainerSpec['dependsOn']): ContainerSpec => ({
    ...containerSpec(container, context, { HOSTNAME: hostname, ...apiEnvironment(context.apiAddress) }),
    dependsOn,
    files: new MountedFiles(mountsOf(container, volumes, token)),
  });
  return {
    id: `${context.clusterName}/${namespace}/${name}`,
    hostname,
    network: context.network,
    containers: inOrder(pod, build),
    linkLocal: new Map(),
  };
}

const apiEnvironment = (address: string) => ({
  KUBERNETES_SERVICE_HOST: address,
  KUBERNETES_SERVICE_PORT: '443',
  KUBERNETES_SERVICE_PORT_HTTPS: '443',
});

function containerSpec(container: Container, context: SpecificationContext, initial: Readonly<Record<string, string>>) {
  const env = environmentOf(container, context.lookup, initial);
  const healthCheck = healthCheckOf(container);
  if (container.livenessProbe) probeTest(container.livenessProbe, container); // refused now rather than when it is asked
  const expanded = (texts: readonly string[]) => texts.map((text) => expand(text, env));
  return {
    name: container.name,
    image: container.image,
    ...(container.command && { entryPoint: expanded(container.command) }),
    ...(container.args && { command: expanded(container.args) }),
    env,
    ports: (container.ports ?? []).map(({ containerPort }) => containerPort),
    ...(healthCheck && { healthCheck }),
  };
}

/** A sidecar is an init container that keeps running. */
export const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always';

function after(container: Container | undefined): ContainerSpec['dependsOn'] {
  if (!container) return [];
  const sidecarReady = container.startupProbe ? 'HEALTHY' : 'START';
  return [{ container: container.name, condition: isSidecar(container) ? sidecarReady : 'SUCCESS' }];
}

/** Init containers one after the other; the others once the last of them is through, a sidecar once it runs. */
function inOrder(
  pod: Pod,
  build: (container: Container, dependsOn: ContainerSpec['dependsOn']) => ContainerSpec,
): ContainerSpec[] {
  const initial = pod.spec.initContainers ?? [];
  return [
    ...initial.map((container, index) => build(container, after(initial[index - 1]))),
    ...pod.spec.containers.map((container) => build(container, after(initial.at(-1)))),
  ];
}

function mountsOf(
  container: Container,
  volumes: ReadonlyMap<string, () => VolumeFiles>,
  token: Mount | undefined,
): Mount[] {
  const mounts = (container.volumeMounts ?? []).map(({ name, mountPath, subPath }) => {
    const files = volumes.get(name);
    if (!files)
      throw new PodProblem('mount', `container ${container.name} mounts a volume that the pod has not: ${name}`);
    return { mountPath, subPath: subPath === '' ? undefined : subPath, files };
  });
  const hasOwn = mounts.some(({ mountPath }) => mountPath === tokenDirectory);
  return token && !hasOwn ? [...mounts, token] : mounts;
}

function tokenMount(pod: Pod, context: SpecificationContext): Mount {
  const token = renewedToken(context, [], defaultTokenMs);
  const files = new Map([
    ['token', token],
    ['ca.crt', () => context.caPem],
    ['namespace', () => pod.metadata.namespace ?? ''],
  ]);
  return { mountPath: tokenDirectory, files: () => files };
}

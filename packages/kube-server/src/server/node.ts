import type { NewObject } from '../objects/index.ts';
import { timestamp } from '../store/index.ts';
import type { KubeCluster, NodeOptions } from './options.ts';

const pressures = [
  ['MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
] as const;

const capacity = { cpu: '2', memory: '4023164Ki', pods: '110', 'ephemeral-storage': '83873772Ki' };

/** A node that has registered and is ready. */
export function nodeObject(node: NodeOptions, { clock, gitVersion }: KubeCluster): NewObject {
  const now = timestamp(clock.now());
  const times = { lastHeartbeatTime: now, lastTransitionTime: now };
  const calm = pressures.map(([type, reason, message]) => ({ type, status: 'False', reason, message, ...times }));
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'KubeletReady',
    message: 'kubelet is posting ready status',
    ...times,
  };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: node.name, labels: labelsOf(node) },
    spec: { providerID: node.providerId },
    status: {
      addresses: [
        { type: 'InternalIP', address: node.ip },
        { type: 'InternalDNS', address: node.name },
        { type: 'Hostname', address: node.name },
      ],
      capacity,
      allocatable: capacity,
      conditions: [...calm, ready],
      daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
      nodeInfo: nodeInfo(gitVersion),
    },
  };
}

/** What a node's kubelet renews; `kubectl describe node` asks for it. */
export function leaseObject({ name }: NodeOptions, { clock }: KubeCluster): NewObject {
  const now = new Date(clock.now()).toISOString().replace('Z', '000Z');
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-node-lease' },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, acquireTime: now, renewTime: now },
  };
}

function labelsOf({ name, zone, instanceType, labels }: NodeOptions): Record<string, string> {
  return {
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/os': 'linux',
    'kubernetes.io/hostname': name,
    'node.kubernetes.io/instance-type': instanceType,
    'topology.kubernetes.io/region': zone.replace(/[a-z]$/, ''),
    'topology.kubernetes.io/zone': zone,
    ...labels,
  };
}

const nodeInfo = (gitVersion: string) => ({
  architecture: 'amd64',
  operatingSystem: 'linux',
  osImage: 'meshbed sandbox',
  kernelVersion: 'none',
  containerRuntimeVersion: 'meshbed://sandbox',
  kubeletVersion: gitVersion,
  kubeProxyVersion: gitVersion,
});

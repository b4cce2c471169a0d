import { MeshbedError } from '@meshbed/core';

/** What a task outside Kubernetes must know to join the mesh. Holds no secret: the task proves who it is by its role. */
export interface BootstrapToken {
  /** Where istiod is reached from outside the cluster, `host:15012`. */
  istiodAddress: string;
  /** The root to believe istiod's certificate by, PEM. */
  rootCertificate: string;
  namespace: string;
  serviceAccount: string;
  /** Name of the network that the workload is on. */
  network: string;
  platform: 'ecs';
  clusterId: string;
}

const fields = [
  'istiodAddress',
  'rootCertificate',
  'namespace',
  'serviceAccount',
  'network',
  'platform',
  'clusterId',
] as const;

/** Base64 of JSON, the value of `BOOTSTRAP_TOKEN`. */
export const encodeBootstrapToken = (token: BootstrapToken): string =>
  Buffer.from(JSON.stringify(token)).toString('base64');

/** @throws MeshbedError when it is no token, naming the first field that is missing. */
export function decodeBootstrapToken(text: string): BootstrapToken {
  const token = parse(text);
  const missing = fields.find((field) => typeof token[field] !== 'string');
  if (missing === undefined) return token as unknown as BootstrapToken;
  throw new MeshbedError('user/bootstrap-token', `BOOTSTRAP_TOKEN is not a bootstrap token: ${missing} is missing`, {
    next: 'istioctl ecs add-service',
  });
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64').toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

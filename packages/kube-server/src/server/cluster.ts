import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import {
  bootstrapRbac,
  type Credentials,
  type ServiceAccountIdentity,
  TokenAuthority,
  type TokenRequest,
} from '../auth/index.ts';
import type { NewObject, Pod } from '../objects/index.ts';
import { Registry } from '../registry/index.ts';
import { Store } from '../store/index.ts';
import { createStrategies, defaultServiceNetwork } from '../strategies/index.ts';
import { cleanUpDefinitions } from './definitions.ts';
import type { ServedCluster } from './exchange.ts';
import { leaseObject, nodeObject } from './node.ts';
import type { ClusterOptions, KubeServerOptions } from './options.ts';
import type { SubresourceHandlers } from './subresource.ts';

export interface ClusterParts {
  server: string;
  handlers: SubresourceHandlers;
  accept: (cluster: ServedCluster, socket: Socket) => void;
}

const patchRelease = 4;
const leases = 'leases.coordination.k8s.io';

/** A cluster with its built-in objects, before anything runs on it. */
export function createCluster(common: KubeServerOptions, options: ClusterOptions, parts: ClusterParts): ServedCluster {
  const { clock, ids, log, caPem } = common;
  const registry = new Registry();
  const admitPod = options.admitPod ? (pod: Pod) => options.admitPod?.(pod, cluster) ?? pod : undefined;
  const { serviceNetwork = defaultServiceNetwork } = options;
  const strategies = createStrategies(registry, admitPod, serviceNetwork);
  const store = new Store({ clock, ids, registry, strategies });
  const tokens = new TokenAuthority(clock, ids);
  // A key, so not from the ids, which a seed makes predictable.
  const adminToken = `meshbed-admin-${randomBytes(24).toString('hex')}`;
  const credentials: Credentials = { adminToken, tokens, store, authenticate: (token) => options.authenticate(token) };
  const cluster: ServedCluster = {
    name: options.name,
    server: parts.server,
    adminToken,
    gitVersion: `v${options.version ?? '1.32'}.${patchRelease}`,
    store,
    options,
    clock,
    ids,
    log,
    caPem,
    credentials,
    handlers: parts.handlers,
    accept: (socket) => parts.accept(cluster, socket),
    addNode: (node) => {
      store.create(nodeObject(node, cluster));
      store.create(leaseObject(node, cluster));
    },
    removeNode: (name) => {
      // An operator may have deleted either.
      if (store.get('nodes', undefined, name)) store.delete('nodes', undefined, name);
      if (store.get(leases, 'kube-node-lease', name)) store.delete(leases, 'kube-node-lease', name);
    },
    issueToken: (request) => tokens.issue(withAccount(request, store)),
    verifyToken: (token, audience): ServiceAccountIdentity | undefined => tokens.verify(token, audience),
  };
  for (const object of [...systemObjects(serviceNetwork), ...bootstrapRbac]) store.create(object);
  cleanUpDefinitions(store);
  return cluster;
}

function withAccount(request: TokenRequest, store: Store): TokenRequest {
  const account = store.get('serviceaccounts', request.namespace, request.serviceAccount);
  return account ? { ...request, serviceAccountUid: account.metadata.uid } : request;
}

const namespace = (name: string): NewObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

/** What every cluster begins with. */
const systemObjects = (serviceNetwork: string): NewObject[] => [
  ...['default', 'kube-node-lease', 'kube-public', 'kube-system'].map(namespace),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { component: 'apiserver', provider: 'kubernetes' },
    },
    spec: {
      clusterIP: `${serviceNetwork}.0.1`,
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 443 }],
    },
  },
];

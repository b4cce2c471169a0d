import { stringify } from 'yaml';
import type { Installation } from '../install/operator.ts';
import { clusterAccess, environment, fromField, type Manifest, type Rule, serviceAccount } from './object.ts';

const labels = { app: 'istiod', istio: 'pilot' };

/** What istiod may do: read the mesh's inputs, write what it discovers, run gateways, check tokens. */
const rules: Rule[] = [
  {
    apiGroups: [''],
    resources: ['pods', 'nodes', 'services', 'endpoints', 'namespaces'],
    verbs: ['get', 'list', 'watch'],
  },
  {
    apiGroups: [''],
    resources: ['configmaps', 'secrets', 'serviceaccounts', 'services', 'events'],
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
  },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list', 'watch'] },
  {
    apiGroups: ['networking.istio.io', 'security.istio.io', 'gateway.networking.k8s.io'],
    resources: ['*'],
    verbs: ['*'],
  },
  {
    apiGroups: ['apps'],
    resources: ['deployments', 'replicasets'],
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
  },
  { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
  { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: ['get', 'list', 'watch'] },
];

export function istiodManifests(installation: Installation): Manifest[] {
  const { namespace } = installation;
  return [
    serviceAccount('istiod', namespace),
    ...clusterAccess('istiod-clusterrole-istio-system', { name: 'istiod', namespace }, rules),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'istio', namespace, labels: { 'istio.io/rev': 'default' } },
      data: { mesh: stringify(meshConfig(installation)), meshNetworks: 'networks: {}' },
    },
    deployment(installation),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'istiod', namespace, labels },
      spec: {
        selector: labels,
        ports: [
          { name: 'https-dns', port: 15012, protocol: 'TCP' },
          { name: 'http-monitoring', port: 15014, protocol: 'TCP' },
        ],
      },
    },
  ];
}

function meshConfig(installation: Installation) {
  return {
    trustDomain: installation.trustDomain,
    rootNamespace: installation.namespace,
    accessLogFile: installation.accessLogFile,
    defaultConfig: {
      meshId: installation.meshId,
      proxyMetadata: { ISTIO_META_DNS_CAPTURE: String(installation.dnsCapture) },
    },
    platforms: { ecs: { accounts: installation.ecsAccounts } },
  };
}

function deployment({ namespace, hub, tag, clusterName, network, pilotEnv }: Installation): Manifest {
  const env = [
    fromField('POD_NAME', 'metadata.name'),
    fromField('POD_NAMESPACE', 'metadata.namespace'),
    fromField('SERVICE_ACCOUNT', 'spec.serviceAccountName'),
    ...environment({
      CLUSTER_ID: clusterName,
      NETWORK: network,
      ISTIO_VERSION: tag,
      PILOT_GATEWAY_IMAGE: `${hub}/proxyv2:${tag}`,
      ...pilotEnv,
    }),
  ];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'istiod', namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: 'istiod',
          containers: [
            {
              name: 'discovery',
              image: `${hub}/pilot:${tag}`,
              args: ['discovery', '--monitoringAddr=:15014', '--domain', 'cluster.local'],
              ports: [15012, 15014, 8080].map((containerPort) => ({ containerPort, protocol: 'TCP' })),
              env,
              readinessProbe: {
                httpGet: { path: '/ready', port: 8080 },
                initialDelaySeconds: 1,
                periodSeconds: 3,
                timeoutSeconds: 5,
              },
            },
          ],
        },
      },
    },
  };
}

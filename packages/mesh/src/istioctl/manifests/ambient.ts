import type { Installation } from '../install/operator.ts';
import { clusterAccess, environment, fromField, type Manifest, serviceAccount } from './object.ts';

const tolerations = [
  { effect: 'NoSchedule', operator: 'Exists' },
  { effect: 'NoExecute', operator: 'Exists' },
];

/** The node agents of ambient mode: ztunnel carries the traffic, istio-cni puts pods into the mesh. */
export function ambientManifests(installation: Installation): Manifest[] {
  return [...cni(installation), ...ztunnel(installation)];
}

function cni({ namespace, hub, tag }: Installation): Manifest[] {
  const labels = { 'k8s-app': 'istio-cni-node' };
  return [
    serviceAccount('istio-cni', namespace),
    ...clusterAccess('istio-cni-ambient', { name: 'istio-cni', namespace }, [
      { apiGroups: [''], resources: ['pods', 'nodes', 'namespaces'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['pods', 'pods/status'], verbs: ['patch', 'update'] },
    ]),
    daemonSet(
      'istio-cni-node',
      { namespace, labels, hostNetwork: true, serviceAccountName: 'istio-cni' },
      {
        name: 'install-cni',
        image: `${hub}/install-cni:${tag}`,
        args: ['--log_output_level=info'],
        env: [
          fromField('KUBERNETES_NODE_NAME', 'spec.nodeName'),
          ...environment({ AMBIENT_ENABLED: 'true', REPAIR_ENABLED: 'true' }),
        ],
        readinessProbe: { httpGet: { path: '/readyz', port: 8000 }, periodSeconds: 10 },
      },
    ),
  ];
}

function ztunnel({ namespace, hub, tag, network, clusterName, ztunnelEnv, dnsCapture }: Installation): Manifest[] {
  const labels = { app: 'ztunnel' };
  const token = { serviceAccountToken: { path: 'istio-token', audience: 'istio-ca', expirationSeconds: 43_200 } };
  return [
    serviceAccount('ztunnel', namespace),
    daemonSet(
      'ztunnel',
      {
        namespace,
        labels,
        hostNetwork: false,
        serviceAccountName: 'ztunnel',
        volumes: [
          { name: 'istio-token', projected: { sources: [token] } },
          { name: 'istiod-ca-cert', configMap: { name: 'istio-ca-root-cert' } },
        ],
      },
      {
        name: 'istio-proxy',
        image: `${hub}/ztunnel:${tag}`,
        args: ['proxy', 'ztunnel'],
        ports: [{ containerPort: 15020, name: 'ztunnel-stats', protocol: 'TCP' }],
        env: [
          fromField('POD_NAME', 'metadata.name'),
          fromField('POD_NAMESPACE', 'metadata.namespace'),
          fromField('NODE_NAME', 'spec.nodeName'),
          fromField('INSTANCE_IP', 'status.podIP'),
          fromField('SERVICE_ACCOUNT', 'spec.serviceAccountName'),
          ...environment({
            PROXY_MODE: 'shared',
            XDS_ADDRESS: `https://istiod.${namespace}.svc:15012`,
            CA_ADDRESS: `https://istiod.${namespace}.svc:15012`,
            CLUSTER_ID: clusterName,
            NETWORK: network,
            ISTIO_META_ISTIO_VERSION: tag,
            ISTIO_META_DNS_CAPTURE: String(dnsCapture),
            RUST_LOG: 'info',
            ...ztunnelEnv,
          }),
        ],
        volumeMounts: [
          { name: 'istio-token', mountPath: '/var/run/secrets/tokens' },
          { name: 'istiod-ca-cert', mountPath: '/var/run/secrets/istio' },
        ],
        readinessProbe: { httpGet: { path: '/healthz/ready', port: 15021 }, periodSeconds: 10 },
      },
    ),
  ];
}

interface PodFields {
  namespace: string;
  labels: Record<string, string>;
  hostNetwork: boolean;
  serviceAccountName: string;
  volumes?: object[];
}

function daemonSet(name: string, { namespace, labels, ...pod }: PodFields, container: object): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace, labels },
    spec: {
      selector: { matchLabels: labels },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
      template: {
        metadata: { labels: { ...labels, 'istio.io/dataplane-mode': 'none' } },
        spec: { ...pod, priorityClassName: 'system-node-critical', tolerations, containers: [container] },
      },
    },
  };
}

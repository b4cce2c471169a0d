/** What runs an east-west gateway: a service account, a deployment and a load balancer. Pure. */
import { type KubeObject, resources, typeOf } from '@meshbed/kube-client';
import type { Gateway, ServicePort } from '../objects.ts';

export interface GatewaySettings {
  image: string;
  clusterId: string;
  network: string;
  /** Where istiod is, `host:port`. */
  istiodAddress: string;
}

export const gatewayLabel = 'gateway.networking.k8s.io/gateway-name';
const classLabel = 'gateway.networking.k8s.io/gateway-class-name';
/** For load balancers' health checks and the pod's readiness. */
const statusPort = { name: 'status-port', port: 15_021 };

export function gatewayManifests(gateway: Gateway, settings: GatewaySettings): KubeObject[] {
  const { name, namespace = 'default', uid = '' } = gateway.metadata;
  const { apiVersion, kind } = typeOf(resources.gateways);
  const metadata = {
    name,
    namespace,
    labels: { ...gateway.metadata.labels, [gatewayLabel]: name, [classLabel]: gateway.spec.gatewayClassName },
    ownerReferences: [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }],
  };
  const podLabels = { ...metadata.labels, 'istio.io/dataplane-mode': 'none' };
  const selector = { [gatewayLabel]: name };
  const objects = [
    { ...typeOf(resources.serviceAccounts), metadata },
    {
      ...typeOf(resources.deployments),
      metadata,
      spec: {
        replicas: 1,
        selector: { matchLabels: selector },
        template: { metadata: { labels: podLabels }, spec: podSpec(name, settings) },
      },
    },
    { ...typeOf(resources.services), metadata, spec: { type: 'LoadBalancer', selector, ports: servicePorts(gateway) } },
  ];
  return objects satisfies KubeObject[];
}

function servicePorts({ spec: { listeners = [] } }: Gateway): ServicePort[] {
  const ports = [statusPort, ...listeners.map(({ name, port }) => ({ name, port }))];
  return ports.map(({ name, port }) => ({ name, port, targetPort: port, protocol: 'TCP' }));
}

const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });

/** The token and the root certificate are where ztunnel has them. */
function podSpec(serviceAccountName: string, { image, clusterId, network, istiodAddress }: GatewaySettings) {
  const token = { serviceAccountToken: { path: 'istio-token', audience: 'istio-ca', expirationSeconds: 43_200 } };
  const values = {
    CLUSTER_ID: clusterId,
    NETWORK: network,
    XDS_ADDRESS: `https://${istiodAddress}`,
    CA_ADDRESS: `https://${istiodAddress}`,
  };
  return {
    serviceAccountName,
    containers: [
      {
        name: 'istio-proxy',
        image,
        args: ['proxy', 'router'],
        ports: [{ name: statusPort.name, containerPort: statusPort.port, protocol: 'TCP' }],
        env: [
          field('POD_NAME', 'metadata.name'),
          field('POD_NAMESPACE', 'metadata.namespace'),
          field('NODE_NAME', 'spec.nodeName'),
          field('INSTANCE_IP', 'status.podIP'),
          field('SERVICE_ACCOUNT', 'spec.serviceAccountName'),
          ...Object.entries(values).map(([name, value]) => ({ name, value })),
        ],
        readinessProbe: { httpGet: { path: '/healthz/ready', port: statusPort.port }, periodSeconds: 3 },
        volumeMounts: [
          { name: 'istio-token', mountPath: '/var/run/secrets/tokens' },
          { name: 'istiod-ca-cert', mountPath: '/var/run/secrets/istio' },
        ],
      },
    ],
    volumes: [
      { name: 'istio-token', projected: { sources: [token] } },
      { name: 'istiod-ca-cert', configMap: { name: 'istio-ca-root-cert' } },
    ],
  };
}

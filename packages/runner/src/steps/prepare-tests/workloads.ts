import type { Manifest } from '@meshbed/clients/kube';
import { names, type Configuration } from '../../configuration.ts';

const namespace = 'default';

function deployment(name: string, container: object): Manifest {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  };
}

/** The caller and the answering workload inside EKS. */
export function testWorkloads({ images }: Configuration): Manifest[] {
  const { eksShell, eksEcho } = names;
  return [
    deployment(eksShell, { name: eksShell, image: images.eksShell, command: ['sleep', '3600'] }),
    deployment(eksEcho, {
      name: eksEcho,
      image: images.eksEcho,
      args: ['--port', '8080'],
      ports: [{ containerPort: 8080, protocol: 'TCP' }],
    }),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace, name: eksEcho, labels: { app: eksEcho } },
      spec: {
        type: 'ClusterIP',
        selector: { app: eksEcho },
        ports: [{ name: 'http', port: 8080, targetPort: 8080, protocol: 'TCP' }],
      },
    },
  ];
}

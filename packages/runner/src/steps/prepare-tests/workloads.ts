import type { Manifest } from '@meshbed/clients/kube';
import { names, type Configuration } from '../../configuration/index.ts';
import { globalLabels } from '../../scenario/kubernetes.ts';

export interface Named {
  namespace: string;
  name: string;
  labels?: Readonly<Record<string, string>>;
}

/** Pods of one container, with the label `app`. */
export function deployment({ replicas = 1, ...named }: Named & { replicas?: number }, container: object): Manifest {
  const labels = { app: named.name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...named, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  };
}

/** The service of a deployment of the same name. */
export const service = ({ namespace, name, labels }: Named, port: number): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace, name, labels: { app: name, ...labels } },
  spec: {
    type: 'ClusterIP',
    selector: { app: name },
    ports: [{ name: 'http', port, targetPort: port, protocol: 'TCP' }],
  },
});

/** The caller and the answering workload inside EKS. @param isGlobal whether other clusters are to know the latter */
export function testWorkloads({ images }: Configuration, isGlobal: boolean): Manifest[] {
  const { eksShell, eksEcho } = names;
  const namespace = names.namespaces.eks;
  return [
    deployment({ namespace, name: eksShell }, { name: eksShell, image: images.eksShell, command: ['sleep', '3600'] }),
    deployment(
      { namespace, name: eksEcho },
      {
        name: eksEcho,
        image: images.eksEcho,
        args: ['--port', '8080'],
        ports: [{ containerPort: 8080, protocol: 'TCP' }],
      },
    ),
    service({ namespace, name: eksEcho, ...(isGlobal && { labels: globalLabels }) }, 8080),
  ];
}

import type { Manifest } from '@meshbed/clients/kube';
import { names, type Configuration } from '../../configuration/index.ts';
import { globalLabels } from '../../scenario/kubernetes.ts';
import { deployment, service } from '../prepare-tests/workloads.ts';

const namespace = names.namespaces.aks;
const echoPort = 8080;

export function aksWorkloads({ images }: Configuration): Manifest[] {
  const { aksEcho, aksShell } = names;
  const labels = { 'istio.io/dataplane-mode': 'ambient' };
  const echo = {
    name: aksEcho,
    image: images.echo,
    env: [{ name: 'PORT', value: String(echoPort) }],
    ports: [{ containerPort: echoPort, protocol: 'TCP' }],
  };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } },
    deployment({ namespace, name: aksEcho, replicas: 2 }, echo),
    service({ namespace, name: aksEcho, labels: globalLabels }, echoPort),
    deployment({ namespace, name: aksShell }, { name: aksShell, image: images.eksShell, command: ['sleep', '3600'] }),
  ];
}

import type { Scenario } from './types.ts';

const policies = ['deny-all', 'allow-eks-to-echo'] as const;
const cluster1 = { ecs: 1 };

export const scenario1: Scenario = {
  number: 1,
  title: 'Single ECS cluster',
  parts: ['Accounts and clusters', 'Istio', 'ECS', 'Mesh', 'Tests'],
  ecsClusters: [{ number: 1, account: 'local', domain: 'ecs.local', serviceAccount: 'ecs-demo-sa-local' }],
  steps: [
    { id: 'sso_login', description: 'AWS login', part: 1, needs: [] },
    { id: 'eks_cluster', description: 'EKS cluster', part: 1, needs: ['sso_login'] },
    { id: 'gateway_api_crds', description: 'Gateway API CRDs', part: 2, needs: ['eks_cluster'] },
    { id: 'infrastructure_iam', description: 'infrastructure and IAM', part: 2, needs: ['sso_login'] },
    {
      id: 'istio_install',
      description: 'Istio ambient',
      part: 2,
      needs: ['eks_cluster', 'gateway_api_crds', 'infrastructure_iam'],
    },
    // The gateway takes over the label of the network when it is exposed.
    { id: 'eastwest_gateway', description: 'east-west gateway', part: 2, needs: ['network_label'] },
    { id: 'network_label', description: 'network label', part: 2, needs: ['istio_install'] },
    { id: 'istio_verify', description: 'verify Istio', part: 2, needs: ['eastwest_gateway'] },
    {
      id: 'ecs_clusters',
      description: 'ECS clusters and services',
      part: 3,
      needs: ['infrastructure_iam', 'eks_cluster.network'],
    },
    { id: 'k8s_namespaces', description: 'namespaces', part: 3, needs: ['eks_cluster'] },
    {
      id: 'add_to_mesh',
      description: 'enrol ECS services',
      part: 4,
      needs: ['istio_verify', 'ecs_clusters', 'k8s_namespaces'],
    },
    { id: 'prepare_tests', description: 'test pods, discovery settled', part: 5, needs: ['add_to_mesh'] },
  ],
  tests: [
    { id: 'discovery-services', category: 'discovery', name: 'mesh services', counts: 'services', atLeast: 2 },
    {
      id: 'discovery-workloads',
      category: 'discovery',
      name: 'HBONE workloads',
      counts: 'hbone-workloads',
      atLeast: 2,
    },
    { id: 'discovery-entries', category: 'discovery', name: 'ServiceEntries', counts: 'service-entries', atLeast: 2 },
    { id: 'eks-to-eks', category: 'connectivity', name: 'EKS → EKS', from: 'eks', to: 'eks' },
    { id: 'eks-to-ecs-1', category: 'connectivity', name: 'EKS → ECS 1', from: 'eks', to: cluster1 },
    { id: 'ecs-1-to-ecs-1', category: 'connectivity', name: 'ECS 1 → ECS 1', from: cluster1, to: cluster1 },
    {
      id: 'policy-eks-allowed',
      category: 'authorization',
      name: 'deny-all + allow-eks-to-echo: EKS allowed',
      from: 'eks',
      to: cluster1,
      policies,
      expected: 'allowed',
    },
    {
      id: 'policy-ecs-1-denied',
      category: 'authorization',
      name: 'deny-all + allow-eks-to-echo: ECS 1 denied',
      from: cluster1,
      to: cluster1,
      policies,
      expected: 'denied',
      control: 'eks',
    },
  ],
};

import type { ScenarioStep } from './types.ts';

export const parts: readonly string[] = ['Accounts and clusters', 'Istio', 'ECS', 'Mesh', 'Tests'];

/** The steps of the scenarios with one control plane in EKS. */
export const steps: readonly ScenarioStep[] = [
  { id: 'sso_login', description: 'AWS login', part: 1, needs: [] },
  { id: 'eks_cluster', description: 'EKS cluster', part: 1, needs: ['sso_login'] },
  { id: 'gateway_api_crds', description: 'Gateway API CRDs', part: 2, needs: ['eks_cluster.control-plane'] },
  {
    id: 'infrastructure_iam',
    description: 'infrastructure and IAM',
    part: 2,
    needs: ['sso_login'],
    awaits: ['eks_cluster.network', 'eks_cluster.control-plane'],
  },
  {
    id: 'istio_install',
    description: 'Istio ambient',
    part: 2,
    needs: ['eks_cluster', 'gateway_api_crds', 'infrastructure_iam.roles'],
  },
  // The gateway takes over the label of the network when it is exposed.
  { id: 'eastwest_gateway', description: 'east-west gateway', part: 2, needs: ['network_label'] },
  { id: 'network_label', description: 'network label', part: 2, needs: ['istio_install'] },
  { id: 'istio_verify', description: 'verify Istio', part: 2, needs: ['eastwest_gateway'] },
  {
    id: 'ecs_clusters',
    description: 'ECS clusters and services',
    part: 3,
    needs: ['sso_login'],
    awaits: ['infrastructure_iam.roles', 'infrastructure_iam.external-network', 'eks_cluster.network'],
  },
  { id: 'k8s_namespaces', description: 'namespaces', part: 3, needs: ['eks_cluster.control-plane'] },
  {
    id: 'add_to_mesh',
    description: 'enrol ECS services',
    part: 4,
    needs: ['istio_verify', 'ecs_clusters', 'k8s_namespaces', 'infrastructure_iam'],
  },
  {
    id: 'prepare_tests',
    description: 'test pods, discovery settled',
    part: 5,
    needs: ['istio_verify'],
    awaits: ['add_to_mesh'],
  },
];

/** Parts of the scenario with two control planes. */
export const multicloudParts: readonly string[] = ['Accounts and clusters', 'Trust', 'Istio', 'Workloads', 'Tests'];

/** The steps of the scenario with a control plane in EKS and one in AKS. */
export const multicloudSteps: readonly ScenarioStep[] = [
  { id: 'cloud_login', description: 'AWS and Azure login', part: 1, needs: [] },
  { id: 'eks_cluster', description: 'EKS cluster', part: 1, needs: ['cloud_login'] },
  { id: 'aks_cluster', description: 'AKS cluster', part: 1, needs: ['cloud_login'] },
  {
    id: 'gateway_api_crds',
    description: 'Gateway API CRDs',
    part: 2,
    needs: ['cloud_login'],
    awaits: ['eks_cluster.control-plane', 'aks_cluster'],
  },
  {
    id: 'infrastructure_iam',
    description: 'infrastructure and IAM',
    part: 2,
    needs: ['cloud_login'],
    awaits: ['eks_cluster.network', 'eks_cluster.control-plane'],
  },
  // The root's key takes longer than anything else that needs no cloud.
  { id: 'create_certs', description: 'root and intermediate certificates', part: 2, needs: [] },
  {
    id: 'install_ca_secrets',
    description: 'secret cacerts in both clusters',
    part: 2,
    needs: ['create_certs'],
    awaits: ['eks_cluster.control-plane', 'aks_cluster'],
  },
  {
    id: 'istio_eks',
    description: 'Istio and its gateway in EKS',
    part: 3,
    needs: ['eks_cluster', 'gateway_api_crds.eks', 'install_ca_secrets.eks', 'infrastructure_iam.roles'],
  },
  {
    id: 'istio_aks',
    description: 'Istio and its gateway in AKS',
    part: 3,
    needs: ['aks_cluster', 'gateway_api_crds.aks', 'install_ca_secrets.aks'],
  },
  {
    id: 'connect_clusters',
    description: 'remote secrets both ways',
    part: 3,
    needs: ['istio_eks', 'istio_aks'],
  },
  {
    id: 'ecs_clusters',
    description: 'ECS clusters and services',
    part: 4,
    needs: ['cloud_login'],
    awaits: ['infrastructure_iam.roles', 'infrastructure_iam.external-network', 'eks_cluster.network'],
  },
  { id: 'k8s_namespaces', description: 'namespaces', part: 4, needs: ['eks_cluster.control-plane'] },
  {
    id: 'add_to_mesh',
    description: 'enrol ECS services',
    part: 4,
    needs: ['istio_eks', 'ecs_clusters', 'k8s_namespaces', 'infrastructure_iam'],
  },
  { id: 'deploy_aks_workloads', description: 'workloads in AKS', part: 4, needs: ['istio_aks'] },
  {
    id: 'prepare_tests',
    description: 'test pods, discovery settled',
    part: 5,
    needs: ['istio_eks'],
    awaits: ['add_to_mesh', 'deploy_aks_workloads', 'connect_clusters'],
  },
];

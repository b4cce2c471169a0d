/** Names that follow from the configuration; scripts and dashboards look them up. */
export const names = {
  network: 'eks',
  /** Where the test workloads of a Kubernetes cluster are. */
  namespaces: { eks: 'default', aks: 'app-a' },
  trustDomain: 'cluster.local',
  nodeGroup: 'managed-nodes',
  /** What istiod assumes to read the ECS of an account. */
  discoveryRoles: { local: 'istiod-local', external: 'istiod-external' },
  istiodPolicy: 'istiod-permission-policy',
  taskRole: 'eks-ecs-task-role',
  taskPolicy: 'eks-ecs-task-policy',
  rolePath: '/ecs/ambient/',
  logGroup: '/ecs/ecs-demo',
  discoveryTag: 'ecs.solo.io/discovery-enabled',
  echoService: 'echo-service',
  shellService: 'shell-task',
  eksEcho: 'eks-echo',
  eksShell: 'eks-shell',
  aksEcho: 'echo-service',
  aksShell: 'shell',
  ecsCluster: (clusterName: string, number: number): string => `ecs-${clusterName}-${number}`,
  taskSecurityGroup: (clusterName: string): string => `ecs-${clusterName}-sg`,
} as const;

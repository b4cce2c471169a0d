/** What a user may choose; the names of the shell configuration in scenario order. */
export interface Configuration {
  /** `CLUSTER_NAME` */
  clusterName: string;
  /** `OWNER_NAME`, a tag on what costs money. */
  ownerName: string;
  /** `NUMBER_NODES` */
  nodeCount: number;
  /** `NODE_TYPE` */
  nodeType: string;
  /** `HUB` */
  hub: string;
  /** `ISTIO_TAG` */
  istioTag: string;
  /** `GLOO_MESH_LICENSE_KEY`: given to the installation, never printed, logged or written. */
  licenseKey?: string;
  images: { echo: string; shell: string; eksEcho: string; eksShell: string };
}

export const defaultConfiguration: Configuration = {
  clusterName: 'istio-ecs-demo',
  ownerName: 'meshbed',
  nodeCount: 2,
  nodeType: 't2.medium',
  hub: 'us-docker.pkg.dev/soloio-img/istio',
  istioTag: '1.28.1-solo',
  images: {
    echo: 'public.ecr.aws/j8r2p7b6/echo-server:latest',
    shell: 'public.ecr.aws/j8r2p7b6/curl:latest',
    eksEcho: 'gcr.io/istio-testing/app:latest',
    eksShell: 'curlimages/curl:latest',
  },
};

/** Names that follow from the configuration; scripts and dashboards look them up. */
export const names = {
  network: 'eks',
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
  ecsCluster: (clusterName: string, number: number): string => `ecs-${clusterName}-${number}`,
  taskSecurityGroup: (clusterName: string): string => `ecs-${clusterName}-sg`,
} as const;

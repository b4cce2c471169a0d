import type { Kind, KindId } from '../types.ts';
import { aksClusterKind } from './aks-cluster.ts';
import { ecsCluster } from './ecs-cluster.ts';
import { ecsService } from './ecs-service.ts';
import { eksCluster } from './eks-cluster.ts';
import { elasticIp } from './elastic-ip.ts';
import { internetGateway } from './internet-gateway.ts';
import { istio } from './istio.ts';
import { kubernetesLoadBalancer } from './kubernetes-load-balancer.ts';
import { kubernetesObject } from './kubernetes-object.ts';
import { loadBalancer } from './load-balancer.ts';
import { logGroup } from './log-group.ts';
import { natGateway } from './nat-gateway.ts';
import { networkRule } from './network-rule.ts';
import { networkInterface } from './network-interface.ts';
import { nodeGroup } from './node-group.ts';
import { oidcProvider } from './oidc-provider.ts';
import { peeringRoute } from './peering-route.ts';
import { peering } from './peering.ts';
import { podIdentityAssociation } from './pod-identity-association.ts';
import { policy } from './policy.ts';
import { nodeResourceGroup, resourceGroup } from './resource-group.ts';
import { role } from './role.ts';
import { routeTable } from './route-table.ts';
import { securityGroup } from './security-group.ts';
import { subnet } from './subnet.ts';
import { targetGroup } from './target-group.ts';
import { taskDefinition } from './task-definition.ts';
import { vpc } from './vpc.ts';

export const kinds: Readonly<Record<KindId, Kind>> = {
  'kubernetes-load-balancer': kubernetesLoadBalancer,
  'kubernetes-object': kubernetesObject,
  istio,
  'ecs-service': ecsService,
  'ecs-cluster': ecsCluster,
  'task-definition': taskDefinition,
  'log-group': logGroup,
  'load-balancer': loadBalancer,
  'target-group': targetGroup,
  'pod-identity-association': podIdentityAssociation,
  'node-group': nodeGroup,
  'oidc-provider': oidcProvider,
  'eks-cluster': eksCluster,
  'peering-route': peeringRoute,
  peering,
  'nat-gateway': natGateway,
  'elastic-ip': elasticIp,
  'network-interface': networkInterface,
  'network-rule': networkRule,
  'security-group': securityGroup,
  'route-table': routeTable,
  'internet-gateway': internetGateway,
  subnet,
  vpc,
  role,
  policy,
  'aks-cluster': aksClusterKind,
  'node-resource-group': nodeResourceGroup,
  'resource-group': resourceGroup,
};

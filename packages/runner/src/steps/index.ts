import { addToMesh } from './add-to-mesh/index.ts';
import { aksCluster } from './aks-cluster/index.ts';
import { cloudLogin } from './cloud-login/index.ts';
import { connectClusters } from './connect-clusters/index.ts';
import { createCerts } from './create-certs/index.ts';
import { deployAksWorkloads } from './deploy-aks-workloads/index.ts';
import { eastwestGateway } from './eastwest-gateway/index.ts';
import { ecsClusters } from './ecs-clusters/index.ts';
import { eksCluster } from './eks-cluster/index.ts';
import { gatewayApiCrds } from './gateway-api-crds/index.ts';
import { infrastructureIam } from './infrastructure-iam/index.ts';
import { installCaSecrets } from './install-ca-secrets/index.ts';
import { istioAks } from './istio-aks/index.ts';
import { istioEks } from './istio-eks/index.ts';
import { istioInstall } from './istio-install/index.ts';
import { istioVerify } from './istio-verify/index.ts';
import { k8sNamespaces } from './k8s-namespaces/index.ts';
import { networkLabel } from './network-label/index.ts';
import { prepareTests } from './prepare-tests/index.ts';
import { ssoLogin } from './sso-login/index.ts';
import type { Step, StepId } from './types.ts';

export const steps: Record<StepId, Step> = {
  sso_login: ssoLogin,
  cloud_login: cloudLogin,
  eks_cluster: eksCluster,
  aks_cluster: aksCluster,
  gateway_api_crds: gatewayApiCrds,
  infrastructure_iam: infrastructureIam,
  create_certs: createCerts,
  install_ca_secrets: installCaSecrets,
  istio_install: istioInstall,
  eastwest_gateway: eastwestGateway,
  network_label: networkLabel,
  istio_verify: istioVerify,
  istio_eks: istioEks,
  istio_aks: istioAks,
  connect_clusters: connectClusters,
  ecs_clusters: ecsClusters,
  k8s_namespaces: k8sNamespaces,
  add_to_mesh: addToMesh,
  deploy_aks_workloads: deployAksWorkloads,
  prepare_tests: prepareTests,
};

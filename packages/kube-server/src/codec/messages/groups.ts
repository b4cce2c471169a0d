/** Kinds of the named API groups; notation in meta.ts. */
export const groupMessages = `
Job
  1 metadata ObjectMeta
  2 spec JobSpec
  3 status status
JobSpec
  1 parallelism int
  2 completions int
  3 activeDeadlineSeconds int
  4 selector LabelSelector
  5 manualSelector bool
  6 template PodTemplateSpec
  7 backoffLimit int
  8 ttlSecondsAfterFinished int
  9 completionMode string
  10 suspend bool
  11 podFailurePolicy any
  12 backoffLimitPerIndex int
  13 maxFailedIndexes int
  14 podReplacementPolicy string
  15 managedBy string
  16 successPolicy any
CronJob
  1 metadata ObjectMeta
  2 spec CronJobSpec
  3 status status
CronJobSpec
  1 schedule string
  2 startingDeadlineSeconds int
  3 concurrencyPolicy string
  4 suspend bool
  5 jobTemplate JobTemplateSpec
  6 successfulJobsHistoryLimit int
  7 failedJobsHistoryLimit int
  8 timeZone string
JobTemplateSpec
  1 metadata ObjectMeta
  2 spec JobSpec
Deployment
  1 metadata ObjectMeta
  2 spec DeploymentSpec
  3 status status
DeploymentSpec
  1 replicas int
  2 selector LabelSelector
  3 template PodTemplateSpec
  4 strategy DeploymentStrategy
  5 minReadySeconds int
  6 revisionHistoryLimit int
  7 paused bool
  9 progressDeadlineSeconds int
DeploymentStrategy
  1 type string
  2 rollingUpdate RollingUpdate
RollingUpdate
  1 maxUnavailable intOrString
  2 maxSurge intOrString
ReplicaSet
  1 metadata ObjectMeta
  2 spec ReplicaSetSpec
  3 status status
ReplicaSetSpec
  1 replicas int
  2 selector LabelSelector
  3 template PodTemplateSpec
  4 minReadySeconds int
DaemonSet
  1 metadata ObjectMeta
  2 spec DaemonSetSpec
  3 status status
DaemonSetSpec
  1 selector LabelSelector
  2 template PodTemplateSpec
  3 updateStrategy DeploymentStrategy
  4 minReadySeconds int
  6 revisionHistoryLimit int
StatefulSet
  1 metadata ObjectMeta
  2 spec any
  3 status status
HorizontalPodAutoscaler
  1 metadata ObjectMeta
  2 spec HorizontalPodAutoscalerSpec
  3 status status
HorizontalPodAutoscalerSpec
  1 scaleTargetRef CrossVersionObjectReference
  2 minReplicas int
  3 maxReplicas int
  4 metrics []MetricSpec
  5 behavior any
CrossVersionObjectReference
  1 kind string
  2 name string
  3 apiVersion string
MetricSpec
  1 type string
  2 object any
  3 pods any
  4 resource ResourceMetricSource
  5 external any
  7 containerResource any
ResourceMetricSource
  1 name string
  2 target MetricTarget
MetricTarget
  1 type string
  2 value quantity
  3 averageValue quantity
  4 averageUtilization int
PodDisruptionBudget
  1 metadata ObjectMeta
  2 spec PodDisruptionBudgetSpec
  3 status status
PodDisruptionBudgetSpec
  1 minAvailable intOrString
  2 selector LabelSelector
  3 maxUnavailable intOrString
  4 unhealthyPodEvictionPolicy string
EndpointSlice
  1 metadata ObjectMeta
  2 endpoints []Endpoint
  3 ports []SliceEndpointPort
  4 addressType string
Endpoint
  1 addresses []string
  2 conditions EndpointConditions
  3 hostname string
  4 targetRef ObjectReference
  5 deprecatedTopology map<string>
  6 nodeName string
  7 zone string
  8 hints any
SliceEndpointPort
  1 name string
  2 protocol string
  3 port int
  4 appProtocol string
EndpointConditions
  1 ready bool
  2 serving bool
  3 terminating bool
Lease
  1 metadata ObjectMeta
  2 spec LeaseSpec
LeaseSpec
  1 holderIdentity string
  2 leaseDurationSeconds int
  3 acquireTime time
  4 renewTime time
  5 leaseTransitions int
  6 strategy string
  7 preferredHolder string
Ingress
  1 metadata ObjectMeta
  2 spec IngressSpec
  3 status status
IngressSpec
  1 defaultBackend IngressBackend
  2 tls []IngressTLS
  3 rules []IngressRule
  4 ingressClassName string
IngressTLS
  1 hosts []string
  2 secretName string
IngressRule
  1 host string
  2 ~IngressRuleValue
IngressRuleValue
  1 http HTTPIngressRuleValue
HTTPIngressRuleValue
  1 paths []HTTPIngressPath
HTTPIngressPath
  1 path string
  2 backend IngressBackend
  3 pathType string
IngressBackend
  3 resource TypedLocalObjectReference
  4 service IngressServiceBackend
IngressServiceBackend
  1 name string
  2 port ServiceBackendPort
ServiceBackendPort
  1 name string
  2 number int
IngressClass
  1 metadata ObjectMeta
  2 spec any
NetworkPolicy
  1 metadata ObjectMeta
  2 spec any
PriorityClass
  1 metadata ObjectMeta
  2 value int
  3 globalDefault bool
  4 description string
  5 preemptionPolicy string
Role
  1 metadata ObjectMeta
  2 rules []PolicyRule
RoleBinding
  1 metadata ObjectMeta
  2 subjects []Subject
  3 roleRef RoleRef
ClusterRole
  1 metadata ObjectMeta
  2 rules []PolicyRule
  3 aggregationRule AggregationRule
ClusterRoleBinding
  1 metadata ObjectMeta
  2 subjects []Subject
  3 roleRef RoleRef
AggregationRule
  1 clusterRoleSelectors []LabelSelector
PolicyRule
  1 verbs []string
  2 apiGroups []string
  3 resources []string
  4 resourceNames []string
  5 nonResourceURLs []string
Subject
  1 kind string
  2 apiGroup string
  3 name string
  4 namespace string
RoleRef
  1 apiGroup string
  2 kind string
  3 name string
MutatingWebhookConfiguration
  1 metadata ObjectMeta
  2 webhooks any
ValidatingWebhookConfiguration
  1 metadata ObjectMeta
  2 webhooks any
ValidatingAdmissionPolicy
  1 metadata ObjectMeta
  2 spec any
  3 status status
ValidatingAdmissionPolicyBinding
  1 metadata ObjectMeta
  2 spec any
CustomResourceDefinition
  1 metadata ObjectMeta
  2 spec CustomResourceDefinitionSpec
  3 status status
CustomResourceDefinitionSpec
  1 group string
  3 names CustomResourceDefinitionNames
  4 scope string
  7 versions []CustomResourceDefinitionVersion
  9 conversion any
  10 preserveUnknownFields bool
CustomResourceDefinitionNames
  1 plural string
  2 singular string
  3 shortNames []string
  4 kind string
  5 listKind string
  6 categories []string
CustomResourceDefinitionVersion
  1 name string
  2 served bool
  3 storage bool
  4 schema any
  5 subresources any
  6 additionalPrinterColumns []CustomResourceColumnDefinition
  7 deprecated bool
  8 deprecationWarning string
  9 selectableFields any
CustomResourceColumnDefinition
  1 name string
  2 type string
  3 format string
  4 description string
  5 priority int
  6 jsonPath string
`;

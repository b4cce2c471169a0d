/** The other kinds of core/v1; notation in meta.ts. */
export const coreMessages = `
Namespace
  1 metadata ObjectMeta
  2 spec NamespaceSpec
  3 status NamespaceStatus
NamespaceSpec
  1 finalizers []string
NamespaceStatus
  1 phase string
  2 conditions any
Node
  1 metadata ObjectMeta
  2 spec NodeSpec
  3 status status
NodeSpec
  1 podCIDR string
  3 providerID string
  4 unschedulable bool
  5 taints []Taint
  6 configSource any
  7 podCIDRs []string
  - externalID string
Taint
  1 key string
  2 value string
  3 effect string
  4 timeAdded time
Service
  1 metadata ObjectMeta
  2 spec ServiceSpec
  3 status ServiceStatus
ServiceSpec
  1 ports []ServicePort
  2 selector map<string>
  3 clusterIP string
  4 type string
  5 externalIPs []string
  7 sessionAffinity string
  8 loadBalancerIP string
  9 loadBalancerSourceRanges []string
  10 externalName string
  11 externalTrafficPolicy string
  12 healthCheckNodePort int
  13 publishNotReadyAddresses bool
  14 sessionAffinityConfig any
  17 ipFamilyPolicy string
  18 clusterIPs []string
  19 ipFamilies []string
  20 allocateLoadBalancerNodePorts bool
  21 loadBalancerClass string
  22 internalTrafficPolicy string
  23 trafficDistribution string
ServicePort
  1 name string
  2 protocol string
  3 port int
  4 targetPort intOrString
  5 nodePort int
  6 appProtocol string
ServiceStatus
  1 loadBalancer any
  2 conditions []Condition
Endpoints
  1 metadata ObjectMeta
  2 subsets []EndpointSubset
EndpointSubset
  1 addresses []EndpointAddress
  2 notReadyAddresses []EndpointAddress
  3 ports []EndpointPort
EndpointAddress
  1 ip string
  2 targetRef ObjectReference
  3 hostname string
  4 nodeName string
EndpointPort
  1 name string
  2 port int
  3 protocol string
  4 appProtocol string
ServiceAccount
  1 metadata ObjectMeta
  2 secrets []ObjectReference
  3 imagePullSecrets []LocalObjectReference
  4 automountServiceAccountToken bool
ConfigMap
  1 metadata ObjectMeta
  2 data map<string>
  3 binaryData map<bytes>
  4 immutable bool
Secret
  1 metadata ObjectMeta
  2 data map<bytes>
  3 type string
  4 stringData map<string>
  5 immutable bool
Event
  1 metadata ObjectMeta
  2 involvedObject ObjectReference
  3 reason string
  4 message string
  5 source EventSource
  6 firstTimestamp time
  7 lastTimestamp time
  8 count int
  9 type string
  10 eventTime time
  11 series any
  12 action string
  13 related ObjectReference
  14 reportingComponent string
  15 reportingInstance string
EventSource
  1 component string
  2 host string
ResourceQuota
  1 metadata ObjectMeta
  2 spec ResourceQuotaSpec
  3 status status
ResourceQuotaSpec
  1 hard map<quantity>
  2 scopes []string
  3 scopeSelector any
LimitRange
  1 metadata ObjectMeta
  2 spec any
`;

/** Pods and what they are made of; notation in meta.ts. */
export const podMessages = `
Pod
  1 metadata ObjectMeta
  2 spec PodSpec
  3 status PodStatus
PodTemplateSpec
  1 metadata ObjectMeta
  2 spec PodSpec
PodSpec
  1 volumes []Volume
  2 containers []Container
  3 restartPolicy string
  4 terminationGracePeriodSeconds int
  5 activeDeadlineSeconds int
  6 dnsPolicy string
  7 nodeSelector map<string>
  8 serviceAccountName string
  9 serviceAccount string
  10 nodeName string
  11 hostNetwork bool
  12 hostPID bool
  13 hostIPC bool
  14 securityContext PodSecurityContext
  15 imagePullSecrets []LocalObjectReference
  16 hostname string
  17 subdomain string
  18 affinity any
  19 schedulerName string
  20 initContainers []Container
  21 automountServiceAccountToken bool
  22 tolerations []Toleration
  23 hostAliases []HostAlias
  24 priorityClassName string
  25 priority int
  26 dnsConfig any
  27 shareProcessNamespace bool
  28 readinessGates any
  29 runtimeClassName string
  30 enableServiceLinks bool
  31 preemptionPolicy string
  32 overhead map<quantity>
  33 topologySpreadConstraints []TopologySpreadConstraint
  34 ephemeralContainers any
  35 setHostnameAsFQDN bool
  36 os any
  37 hostUsers bool
  38 schedulingGates []LocalObjectReference
  39 resourceClaims any
  40 resources ResourceRequirements
Container
  1 name string
  2 image string
  3 command []string
  4 args []string
  5 workingDir string
  6 ports []ContainerPort
  7 env []EnvVar
  8 resources ResourceRequirements
  9 volumeMounts []VolumeMount
  10 livenessProbe Probe
  11 readinessProbe Probe
  12 lifecycle any
  13 terminationMessagePath string
  14 imagePullPolicy string
  15 securityContext SecurityContext
  16 stdin bool
  17 stdinOnce bool
  18 tty bool
  19 envFrom []EnvFromSource
  20 terminationMessagePolicy string
  21 volumeDevices any
  22 startupProbe Probe
  23 resizePolicy any
  24 restartPolicy string
ContainerPort
  1 name string
  2 hostPort int
  3 containerPort int
  4 protocol string
  5 hostIP string
EnvVar
  1 name string
  2 value string
  3 valueFrom EnvVarSource
EnvVarSource
  1 fieldRef ObjectFieldSelector
  2 resourceFieldRef ResourceFieldSelector
  3 configMapKeyRef KeySelector
  4 secretKeyRef KeySelector
ObjectFieldSelector
  1 apiVersion string
  2 fieldPath string
ResourceFieldSelector
  1 containerName string
  2 resource string
  3 divisor quantity
KeySelector
  1 ~LocalObjectReference
  2 key string
  3 optional bool
EnvFromSource
  1 prefix string
  2 configMapRef OptionalReference
  3 secretRef OptionalReference
OptionalReference
  1 ~LocalObjectReference
  2 optional bool
ResourceRequirements
  1 limits map<quantity>
  2 requests map<quantity>
  3 claims any
VolumeMount
  1 name string
  2 readOnly bool
  3 mountPath string
  4 subPath string
  5 mountPropagation string
  6 subPathExpr string
  7 recursiveReadOnly string
Probe
  1 ~ProbeHandler
  2 initialDelaySeconds int
  3 timeoutSeconds int
  4 periodSeconds int
  5 successThreshold int
  6 failureThreshold int
  7 terminationGracePeriodSeconds int
ProbeHandler
  1 exec ExecAction
  2 httpGet HTTPGetAction
  3 tcpSocket TCPSocketAction
  4 grpc any
ExecAction
  1 command []string
HTTPGetAction
  1 path string
  2 port intOrString
  3 host string
  4 scheme string
  5 httpHeaders any
TCPSocketAction
  1 port intOrString
  2 host string
SecurityContext
  1 capabilities Capabilities
  2 privileged bool
  3 seLinuxOptions any
  4 runAsUser int
  5 runAsNonRoot bool
  6 readOnlyRootFilesystem bool
  7 allowPrivilegeEscalation bool
  8 runAsGroup int
  9 procMount string
  10 windowsOptions any
  11 seccompProfile any
  12 appArmorProfile any
Capabilities
  1 add []string
  2 drop []string
PodSecurityContext
  1 seLinuxOptions any
  2 runAsUser int
  3 runAsNonRoot bool
  4 supplementalGroups any
  5 fsGroup int
  6 runAsGroup int
  7 sysctls any
  8 windowsOptions any
  9 fsGroupChangePolicy string
  10 seccompProfile any
  11 appArmorProfile any
  12 supplementalGroupsPolicy string
  13 seLinuxChangePolicy string
Toleration
  1 key string
  2 operator string
  3 value string
  4 effect string
  5 tolerationSeconds int
HostAlias
  1 ip string
  2 hostnames []string
TopologySpreadConstraint
  1 maxSkew int
  2 topologyKey string
  3 whenUnsatisfiable string
  4 labelSelector LabelSelector
  5 minDomains int
  6 nodeAffinityPolicy string
  7 nodeTaintsPolicy string
  8 matchLabelKeys []string
Volume
  1 name string
  2 ~VolumeSource
VolumeSource
  1 hostPath HostPathVolumeSource
  2 emptyDir EmptyDirVolumeSource
  6 secret SecretVolumeSource
  10 persistentVolumeClaim any
  16 downwardAPI DownwardAPIVolumeSource
  19 configMap ConfigMapVolumeSource
  26 projected ProjectedVolumeSource
  28 csi any
  29 ephemeral any
  30 image any
HostPathVolumeSource
  1 path string
  2 type string
EmptyDirVolumeSource
  1 medium string
  2 sizeLimit quantity
SecretVolumeSource
  1 secretName string
  2 items []KeyToPath
  3 defaultMode int
  4 optional bool
ConfigMapVolumeSource
  1 ~LocalObjectReference
  2 items []KeyToPath
  3 defaultMode int
  4 optional bool
KeyToPath
  1 key string
  2 path string
  3 mode int
DownwardAPIVolumeSource
  1 items []DownwardAPIVolumeFile
  2 defaultMode int
DownwardAPIVolumeFile
  1 path string
  2 fieldRef ObjectFieldSelector
  3 resourceFieldRef ResourceFieldSelector
  4 mode int
ProjectedVolumeSource
  1 sources []VolumeProjection
  2 defaultMode int
VolumeProjection
  1 secret Projection
  2 downwardAPI DownwardAPIVolumeSource
  3 configMap Projection
  4 serviceAccountToken ServiceAccountTokenProjection
  5 clusterTrustBundle any
Projection
  1 ~LocalObjectReference
  2 items []KeyToPath
  4 optional bool
ServiceAccountTokenProjection
  1 audience string
  2 expirationSeconds int
  3 path string
PodStatus
  1 phase string
  2 conditions any
  3 message string
  4 reason string
  5 hostIP string
  6 podIP string
  7 startTime time
  8 containerStatuses any
  9 qosClass string
  10 initContainerStatuses any
  11 nominatedNodeName string
  12 podIPs any
  13 ephemeralContainerStatuses any
  14 resize string
  15 resourceClaimStatuses any
  16 hostIPs any
  - observedGeneration int
`;

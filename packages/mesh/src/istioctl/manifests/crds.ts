/** The Istio kinds that this mesh reads, as CustomResourceDefinitions (API groups and fields: istio.io/api v1). */

type Schema = Record<string, unknown>;

const text: Schema = { type: 'string' };
const texts: Schema = { type: 'array', items: text };
const labels: Schema = { type: 'object', additionalProperties: text };
const open: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const object = (properties: Record<string, Schema>, required: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  ...(required.length > 0 ? { required } : {}),
});
const list = (items: Schema): Schema => ({ type: 'array', items });
const port = (...required: string[]) =>
  object(
    {
      number: { type: 'integer', minimum: 1, maximum: 65_535 },
      name: text,
      protocol: text,
      targetPort: { type: 'integer' },
    },
    required,
  );
const selector = object({ matchLabels: labels });
const targetRefs = list(object({ group: text, kind: text, name: text, namespace: text }, ['kind', 'name']));

const withNegations = (...fields: string[]) =>
  object(
    Object.fromEntries(
      fields.flatMap((field) => [
        [field, texts],
        [`not${field[0]?.toUpperCase()}${field.slice(1)}`, texts],
      ]),
    ),
  );

const workloadEntry = object({
  address: text,
  ports: { type: 'object', additionalProperties: { type: 'integer' } },
  labels,
  network: text,
  locality: text,
  weight: { type: 'integer' },
  serviceAccount: text,
});

const specs: Record<string, Schema> = {
  authorizationpolicies: object({
    selector,
    targetRef: object({ group: text, kind: text, name: text }),
    targetRefs,
    action: { type: 'string', enum: ['ALLOW', 'DENY', 'AUDIT', 'CUSTOM'] },
    provider: object({ name: text }),
    rules: list(
      object({
        from: list(
          object({
            source: withNegations(
              'principals',
              'requestPrincipals',
              'namespaces',
              'serviceAccounts',
              'ipBlocks',
              'remoteIpBlocks',
            ),
          }),
        ),
        to: list(object({ operation: withNegations('hosts', 'ports', 'methods', 'paths') })),
        when: list(object({ key: text, values: texts, notValues: texts }, ['key'])),
      }),
    ),
  }),
  peerauthentications: object({
    selector,
    mtls: object({ mode: { type: 'string', enum: ['UNSET', 'DISABLE', 'PERMISSIVE', 'STRICT'] } }),
    portLevelMtls: open,
  }),
  requestauthentications: open,
  serviceentries: object(
    {
      hosts: { type: 'array', items: text, minItems: 1, maxItems: 256 },
      addresses: texts,
      ports: list(port('number', 'name')),
      location: { type: 'string', enum: ['MESH_EXTERNAL', 'MESH_INTERNAL'] },
      resolution: { type: 'string', enum: ['NONE', 'STATIC', 'DNS', 'DNS_ROUND_ROBIN', 'DYNAMIC_DNS'] },
      endpoints: list(workloadEntry),
      workloadSelector: object({ labels }),
      exportTo: texts,
      subjectAltNames: texts,
    },
    ['hosts'],
  ),
  workloadentries: workloadEntry,
};

interface Kind {
  group: string;
  kind: string;
  plural: string;
  shortNames?: string[];
  columns: readonly [name: string, type: string, jsonPath: string][];
}

const age = ['Age', 'date', '.metadata.creationTimestamp'] as const;

const kinds: Kind[] = [
  {
    group: 'security.istio.io',
    kind: 'AuthorizationPolicy',
    plural: 'authorizationpolicies',
    shortNames: ['ap'],
    columns: [['Action', 'string', '.spec.action'], [...age]],
  },
  {
    group: 'security.istio.io',
    kind: 'PeerAuthentication',
    plural: 'peerauthentications',
    shortNames: ['pa'],
    columns: [['Mode', 'string', '.spec.mtls.mode'], [...age]],
  },
  {
    group: 'security.istio.io',
    kind: 'RequestAuthentication',
    plural: 'requestauthentications',
    shortNames: ['ra'],
    columns: [[...age]],
  },
  {
    group: 'networking.istio.io',
    kind: 'ServiceEntry',
    plural: 'serviceentries',
    shortNames: ['se'],
    columns: [
      ['Hosts', 'string', '.spec.hosts'],
      ['Location', 'string', '.spec.location'],
      ['Resolution', 'string', '.spec.resolution'],
      ['Addresses', 'string', '.status.addresses[*].value'],
      [...age],
    ],
  },
  {
    group: 'networking.istio.io',
    kind: 'WorkloadEntry',
    plural: 'workloadentries',
    shortNames: ['we'],
    columns: [
      ['Age', 'date', '.metadata.creationTimestamp'],
      ['Address', 'string', '.spec.address'],
    ],
  },
];

export function customResourceDefinitions(): object[] {
  return kinds.map(({ group, kind, plural, shortNames, columns }) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}`, labels: { app: 'istio-pilot', release: 'istio' } },
    spec: {
      group,
      scope: 'Namespaced',
      names: {
        kind,
        plural,
        singular: kind.toLowerCase(),
        listKind: `${kind}List`,
        categories: ['istio-io'],
        ...(shortNames ? { shortNames } : {}),
      },
      versions: [version('v1', true, columns, plural), version('v1beta1', false, columns, plural)],
    },
  }));
}

function version(name: string, storage: boolean, columns: Kind['columns'], plural: string) {
  return {
    name,
    served: true,
    storage,
    subresources: { status: {} },
    additionalPrinterColumns: columns.map(([column, type, jsonPath]) => ({ name: column, type, jsonPath })),
    schema: { openAPIV3Schema: object({ spec: specs[plural] ?? open, status: open }) },
  };
}

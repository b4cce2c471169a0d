import type { Schemas } from '../service.ts';

/** Runtime schemas of EKS Auth 2023-11-26, in the form in which the SDK's clients carry theirs. */
const namespace = 'com.amazonaws.eksauth';
const string = 0;
/** Epoch seconds, the default of JSON. */
const timestamp = 4;

type Structure = readonly [3, string, string, object | 0, readonly string[], readonly unknown[], number?];
const structure = (name: string, members: Record<string, unknown>, required = 0): Structure => [
  3,
  namespace,
  name,
  0,
  Object.keys(members),
  Object.values(members),
  required,
];

const label = [string, { httpLabel: 1 }];

const request = structure('AssumeRoleForPodIdentityRequest', { clusterName: label, token: string }, 2);
const subject = structure('Subject', { namespace: string, serviceAccount: string });
const association = structure('PodIdentityAssociation', { associationArn: string, associationId: string });
const user = structure('AssumedRoleUser', { arn: string, assumeRoleId: string });
const credentials = structure('Credentials', {
  sessionToken: string,
  secretAccessKey: string,
  accessKeyId: string,
  expiration: timestamp,
});
const response = structure('AssumeRoleForPodIdentityResponse', {
  subject: () => subject,
  audience: string,
  podIdentityAssociation: () => association,
  assumedRoleUser: () => user,
  credentials: () => credentials,
});

const exception = (name: string, httpError: number): [string, unknown] => [
  `${namespace}#${name}`,
  [-3, namespace, name, { error: 'client', httpError }, ['message'], [string]],
];

const exceptions: ReadonlyMap<string, unknown> = new Map([
  exception('AccessDeniedException', 400),
  exception('ExpiredTokenException', 400),
  exception('InvalidParameterException', 400),
  exception('InvalidRequestException', 400),
  exception('InvalidTokenException', 400),
  exception('ResourceNotFoundException', 404),
  exception('ThrottlingException', 429),
]);

export const schemas: Schemas = {
  AssumeRoleForPodIdentity$: [
    9,
    namespace,
    'AssumeRoleForPodIdentity',
    { http: ['POST', '/clusters/{clusterName}/assume-role-for-pod-identity', 200] },
    () => request,
    () => response,
  ],
  errorTypeRegistries: [{ schemas: exceptions }],
} as unknown as Schemas;

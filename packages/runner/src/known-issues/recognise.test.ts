import { expect, test } from 'vitest';
import { knownIssues, recognise } from './index.ts';

const cloud = (text: string, step?: string) => ({ code: 'cloud/x', text, ...(step === undefined ? {} : { step }) });

test.each([
  [
    'ECS-001',
    cloud(
      'east-west gateway: not within 600 s (the load balancer of Service a has no address yet)',
      'eastwest_gateway',
    ),
  ],
  ['ECS-001', { code: 'cloud/no-gateway', text: 'istioctl multicluster expose created no gateway' }],
  ['ECS-001', cloud('istioctl: timed out waiting for the waypoint', 'eastwest_gateway')],
  [
    'ECS-002',
    cloud('no service echo-service; istiod: AccessDenied: User: x is not authorized to perform: sts:AssumeRole'),
  ],
  [
    'ECS-002',
    cloud('no\n  likely: the Pod Identity association a-1 (arn:r) is of T, newer than pod istiod-x of T: istiod'),
  ],
  [
    'ECS-003',
    cloud("can't create ECS service c/s: InvalidParameterException: Unable to Start a service that is still Draining."),
  ],
  ['ECS-003', cloud('end of the old service s: not within 600 s (service s is still DRAINING)', 'ecs_clusters')],
  ['EKS-001', cloud('EKS cluster demo: not within 1500 s (EKS cluster demo is CREATING)', 'eks_cluster')],
  ['EKS-001', cloud('deletion of the EKS cluster demo: not within 900 s (EKS cluster demo is being deleted)')],
  [
    'EKS-001',
    { code: 'cloud/resource-in-use-exception', text: "can't create EKS cluster demo: ResourceInUseException" },
  ],
  ['AKS-001', cloud('AKS cluster istio-aks: not within 1500 s (AKS cluster istio-aks is Creating)', 'aks_cluster')],
  ['EKS-002', cloud('UnsupportedAvailabilityZoneException: us-east-1e does not currently have sufficient capacity')],
  ['CFN-001', cloud('Stack [eksctl-demo-cluster] already exists')],
  ['CFN-001', cloud('stack eksctl-demo-cluster is DELETE_IN_PROGRESS')],
  ['QUOTA-001', { code: 'cloud/vpc-limit-exceeded', text: "can't create VPC a: VpcLimitExceeded: The maximum" }],
  [
    'QUOTA-002',
    { code: 'cloud/address-limit-exceeded', text: 'AddressLimitExceeded: The maximum number of addresses' },
  ],
  ['QUOTA-003', { code: 'cloud/nat-gateway-limit-exceeded', text: "can't create NAT gateway" }],
  ['QUOTA-003', cloud('LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10')],
  ['AUTH-001', { code: 'user/not-logged-in', text: "profile local can't log in" }],
  ['AUTH-001', cloud('ExpiredTokenException: The security token included in the request is expired')],
  [
    'QUOTA-003',
    cloud(
      'OperationNotAllowed: Operation could not be completed as it results in exceeding approved Total Regional Cores quota',
    ),
  ],
  ['AUTH-001', cloud('ExpiredAuthenticationToken: The access token expiry UTC time is earlier than current UTC time')],
  [
    'AUTH-003',
    { code: 'cloud/access-denied', text: 'AccessDenied: User: x is not authorized to perform: iam:CreateRole' },
  ],
  ['AUTH-002', cloud('SignatureDoesNotMatch: Signature expired: 20260101T000000Z is now earlier than')],
  ['IAM-001', cloud('MalformedPolicyDocument: Invalid principal in policy: "AWS":"arn:aws:iam::1:role/r"')],
  ['IAM-001', cloud('ECS was unable to assume the role arn:aws:iam::1:role/ecs/r that was provided')],
  ['NET-001', { code: 'cloud/cidr-conflict', text: 'a and b overlap' }],
  ['NET-002', cloud('a task of echo could not start: CannotPullContainerError: dial tcp: i/o timeout')],
  ['NET-003', cloud("DependencyViolation: The vpc 'vpc-1' has dependencies and cannot be deleted.")],
  ['MESH-001', cloud('istioctl: Error: unknown command "ecs" for "istioctl"', 'add_to_mesh')],
])('recognise: %s in %j', (id, facts) => {
  expect(recognise(facts)?.id).toBe(id);
});

test.each([
  [{ code: 'cloud/probe-timeout', text: 'no answer from echo.local before the time limit (curl: (28))' }],
  [{ code: 'cloud/probe-reset', text: 'the connection to echo.local was reset' }],
  [{ code: 'cloud/timeout', text: 'ECS service c/s: not within 900 s (service s: task is PENDING)' }],
  [{ code: 'cloud/discovery', text: 'mesh services: found 0, expected at least 2' }],
  [{ code: 'bug/unexpected', text: 'undefined is not a function' }],
])('recognise: %j is no known issue', (facts) => {
  expect(recognise(facts)).toBeUndefined();
});

test('catalogue: ids are unique, and everything that people read is there', () => {
  expect(new Set(knownIssues.map(({ id }) => id)).size).toBe(knownIssues.length);
  for (const { title, component, workaround, automatic } of knownIssues)
    for (const text of [title, component, workaround, automatic]) expect(text).toMatch(/^\S.*[^.\s]$/);
});

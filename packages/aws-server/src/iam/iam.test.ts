import * as IAM from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal } from '../testing/errors.ts';
import { allowing, trusting } from '../testing/policies.ts';
import { external, local, type TestServer, testServer } from '../testing/server.ts';

let server: TestServer;
let iam: IAM.IAMClient;
beforeAll(async () => {
  server = await testServer();
  iam = new IAM.IAMClient(server.client());
});
afterAll(() => server[Symbol.asyncDispose]());

const trust = trusting({ Service: 'ecs-tasks.amazonaws.com' });
const createRole = (RoleName: string, more: Partial<IAM.CreateRoleCommandInput> = {}) =>
  iam.send(new IAM.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, ...more }));
const decoded = (text: string | undefined) => JSON.parse(decodeURIComponent(text ?? '')) as unknown;

describe('roles', () => {
  test('create and get: path in the ARN, document encoded, tags kept', async () => {
    const { Role } = await createRole('task', { Path: '/ecs/ambient/', Tags: [{ Key: 'owner', Value: 'me' }] });
    expect(Role?.Arn).toBe(`arn:aws:iam::${local}:role/ecs/ambient/task`);
    await IAM.waitUntilRoleExists(
      { client: iam, maxWaitTime: 5, minDelay: 0.01, maxDelay: 0.02 },
      { RoleName: 'task' },
    );
    const { Role: found } = await iam.send(new IAM.GetRoleCommand({ RoleName: 'task' }));
    expect(found).toMatchObject({
      RoleId: Role?.RoleId,
      MaxSessionDuration: 3600,
      Tags: [{ Key: 'owner', Value: 'me' }],
    });
    expect(found?.AssumeRolePolicyDocument).toContain('%22');
    expect(decoded(found?.AssumeRolePolicyDocument)).toEqual(JSON.parse(trust));
  });

  test('lists: paginated, and by path', async () => {
    for (const name of ['page-1', 'page-2', 'page-3']) await createRole(name, { Path: '/pages/' });
    const names: string[] = [];
    const pages = IAM.paginateListRoles({ client: iam, pageSize: 2 }, { PathPrefix: '/pages/' });
    for await (const { Roles = [] } of pages) names.push(...Roles.map(({ RoleName = '' }) => RoleName));
    expect(names).toEqual(['page-1', 'page-2', 'page-3']);
  });

  test('tags: added, removed, listed', async () => {
    await createRole('tagged');
    await iam.send(
      new IAM.TagRoleCommand({
        RoleName: 'tagged',
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
        ],
      }),
    );
    await iam.send(new IAM.UntagRoleCommand({ RoleName: 'tagged', TagKeys: ['a'] }));
    const { Tags } = await iam.send(new IAM.ListRoleTagsCommand({ RoleName: 'tagged' }));
    expect(Tags).toEqual([{ Key: 'b', Value: '2' }]);
  });

  test('trust: principals that exist, shown as ARNs, dangling ids after the role is gone', async () => {
    const { Role } = await createRole('trusted');
    await createRole('trusting', { AssumeRolePolicyDocument: trusting({ AWS: `arn:aws:iam::${local}:role/trusted` }) });
    const shown = async () => {
      const answer = await iam.send(new IAM.GetRoleCommand({ RoleName: 'trusting' }));
      return decodeURIComponent(answer.Role?.AssumeRolePolicyDocument ?? '');
    };
    expect(await shown()).toContain(`arn:aws:iam::${local}:role/trusted`);
    await iam.send(new IAM.DeleteRoleCommand({ RoleName: 'trusted' }));
    await createRole('trusted');
    expect(await shown()).toContain(`"AWS":"${Role?.RoleId}"`);
    const again = trusting({ AWS: [`arn:aws:iam::${local}:role/trusted`, `arn:aws:iam::${external}:user/admin`] });
    await iam.send(new IAM.UpdateAssumeRolePolicyCommand({ RoleName: 'trusting', PolicyDocument: again }));
    expect(JSON.parse(await shown())).toEqual(JSON.parse(again));
  });

  test('service-linked: once', async () => {
    const create = () => iam.send(new IAM.CreateServiceLinkedRoleCommand({ AWSServiceName: 'ecs.amazonaws.com' }));
    expect((await create()).Role?.Arn).toBe(
      `arn:aws:iam::${local}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
    );
    expect(await refusal(create())).toMatchObject({ code: 'InvalidInput', status: 400 });
  });
});

describe('policies', () => {
  const createPolicy = async (PolicyName: string, more: Partial<IAM.CreatePolicyCommandInput> = {}) => {
    const PolicyDocument = allowing('ecs:List*');
    const { Policy } = await iam.send(new IAM.CreatePolicyCommand({ PolicyName, PolicyDocument, ...more }));
    return Policy?.Arn ?? '';
  };

  test('inline: put, get, list, delete', async () => {
    await createRole('inline');
    const PolicyDocument = allowing('ecs:*');
    const at = { RoleName: 'inline', PolicyName: 'ecs' };
    await iam.send(new IAM.PutRolePolicyCommand({ ...at, PolicyDocument }));
    const found = await iam.send(new IAM.GetRolePolicyCommand(at));
    expect(decoded(found.PolicyDocument)).toEqual(JSON.parse(PolicyDocument));
    expect((await iam.send(new IAM.ListRolePoliciesCommand({ RoleName: 'inline' }))).PolicyNames).toEqual(['ecs']);
    await iam.send(new IAM.DeleteRolePolicyCommand(at));
    expect(await refusal(iam.send(new IAM.GetRolePolicyCommand(at)))).toMatchObject({
      code: 'NoSuchEntity',
      status: 404,
    });
  });

  test('managed: attached twice is once, entities listed, detached', async () => {
    const PolicyArn = await createPolicy('managed', { Path: '/ecs/ambient/' });
    expect(PolicyArn).toBe(`arn:aws:iam::${local}:policy/ecs/ambient/managed`);
    await IAM.waitUntilPolicyExists({ client: iam, maxWaitTime: 5, minDelay: 0.01, maxDelay: 0.02 }, { PolicyArn });
    await createRole('attached');
    const at = { RoleName: 'attached', PolicyArn };
    await iam.send(new IAM.AttachRolePolicyCommand(at));
    await iam.send(new IAM.AttachRolePolicyCommand(at));
    const { AttachedPolicies } = await iam.send(new IAM.ListAttachedRolePoliciesCommand({ RoleName: 'attached' }));
    expect(AttachedPolicies).toEqual([{ PolicyArn, PolicyName: 'managed' }]);
    const { PolicyRoles } = await iam.send(new IAM.ListEntitiesForPolicyCommand({ PolicyArn }));
    expect(PolicyRoles?.map(({ RoleName }) => RoleName)).toEqual(['attached']);
    expect((await iam.send(new IAM.GetPolicyCommand({ PolicyArn }))).Policy?.AttachmentCount).toBe(1);
    await iam.send(new IAM.DetachRolePolicyCommand(at));
    expect(await refusal(iam.send(new IAM.DetachRolePolicyCommand(at)))).toMatchObject({ code: 'NoSuchEntity' });
  });

  test('versions: five at most, numbers never used again', async () => {
    const PolicyArn = await createPolicy('versions');
    const add = (SetAsDefault: boolean) =>
      iam.send(new IAM.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: allowing('eks:*'), SetAsDefault }));
    for (const SetAsDefault of [true, false, false, false]) await add(SetAsDefault);
    expect(await refusal(add(true))).toMatchObject({ code: 'LimitExceeded', status: 409 });
    const remove = (VersionId: string) => iam.send(new IAM.DeletePolicyVersionCommand({ PolicyArn, VersionId }));
    expect(await refusal(remove('v2'))).toMatchObject({ code: 'DeleteConflict', status: 409 });
    await remove('v1');
    expect((await add(true)).PolicyVersion?.VersionId).toBe('v6');
    const { Versions } = await iam.send(new IAM.ListPolicyVersionsCommand({ PolicyArn }));
    expect(Versions?.map(({ VersionId }) => VersionId)).toEqual(['v6', 'v5', 'v4', 'v3', 'v2']);
    const { PolicyVersion } = await iam.send(new IAM.GetPolicyVersionCommand({ PolicyArn, VersionId: 'v6' }));
    expect(decoded(PolicyVersion?.Document)).toEqual(JSON.parse(allowing('eks:*')));
  });

  test("AWS's own: listed by scope, attachable, readable", async () => {
    const names = async (Scope: IAM.PolicyScopeType) => {
      const found: string[] = [];
      for await (const { Policies = [] } of IAM.paginateListPolicies({ client: iam, pageSize: 3 }, { Scope })) {
        found.push(...Policies.map(({ PolicyName = '' }) => PolicyName));
      }
      return found;
    };
    expect(await names('AWS')).toEqual(expect.arrayContaining(['AdministratorAccess', 'AmazonEKS_CNI_Policy']));
    expect(await names('Local')).not.toContain('AdministratorAccess');
    const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';
    const { Policy } = await iam.send(new IAM.GetPolicyCommand({ PolicyArn }));
    expect(Policy).toMatchObject({ Path: '/service-role/', DefaultVersionId: 'v1' });
  });
});

describe('others', () => {
  test('OIDC provider: create, get, list, delete', async () => {
    const Url = 'https://oidc.eks.us-east-2.amazonaws.com/id/ABC';
    const create = () =>
      iam.send(new IAM.CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ['sts.amazonaws.com'] }));
    const { OpenIDConnectProviderArn } = await create();
    expect(OpenIDConnectProviderArn).toBe(
      `arn:aws:iam::${local}:oidc-provider/oidc.eks.us-east-2.amazonaws.com/id/ABC`,
    );
    expect(await refusal(create())).toMatchObject({ code: 'EntityAlreadyExists', status: 409 });
    const found = await iam.send(new IAM.GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
    expect(found).toMatchObject({ Url: Url.slice('https://'.length), ClientIDList: ['sts.amazonaws.com'] });
    await iam.send(new IAM.DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
    const { OpenIDConnectProviderList } = await iam.send(new IAM.ListOpenIDConnectProvidersCommand({}));
    expect(OpenIDConnectProviderList).toEqual([]);
  });

  test('instance profile: blocks the deletion of its role', async () => {
    await createRole('node');
    const at = { InstanceProfileName: 'nodes', RoleName: 'node' };
    await iam.send(new IAM.CreateInstanceProfileCommand(at));
    await iam.send(new IAM.AddRoleToInstanceProfileCommand(at));
    const { InstanceProfiles } = await iam.send(new IAM.ListInstanceProfilesForRoleCommand(at));
    expect(InstanceProfiles?.[0]?.Roles?.[0]?.RoleName).toBe('node');
    expect(await refusal(iam.send(new IAM.DeleteRoleCommand(at)))).toMatchObject({ code: 'DeleteConflict' });
    await iam.send(new IAM.RemoveRoleFromInstanceProfileCommand(at));
    await iam.send(new IAM.DeleteInstanceProfileCommand(at));
    await iam.send(new IAM.DeleteRoleCommand(at));
  });

  test('users: the caller itself', async () => {
    expect((await iam.send(new IAM.GetUserCommand({}))).User?.Arn).toBe(`arn:aws:iam::${local}:user/admin`);
    expect((await iam.send(new IAM.ListGroupsForUserCommand({ UserName: 'admin' }))).Groups).toEqual([]);
    expect((await iam.send(new IAM.ListAccountAliasesCommand({}))).AccountAliases).toEqual([]);
  });
});

describe('refusals', () => {
  const missingPolicy = `arn:aws:iam::${local}:policy/nothing`;
  const attachment = { RoleName: 'present', PolicyArn: 'arn:aws:iam::aws:policy/AmazonECS_FullAccess' };
  beforeAll(async () => {
    await createRole('present');
    await iam.send(new IAM.AttachRolePolicyCommand(attachment));
    await createRole('with-inline');
    const inline = { RoleName: 'with-inline', PolicyName: 'x', PolicyDocument: allowing('*') };
    await iam.send(new IAM.PutRolePolicyCommand(inline));
  });

  test.each<[string, () => Promise<unknown>, string, number]>([
    ['role that is not there', () => iam.send(new IAM.GetRoleCommand({ RoleName: 'nothing' })), 'NoSuchEntity', 404],
    ['role that is there', () => createRole('Present'), 'EntityAlreadyExists', 409],
    ['role with a wrong name', () => createRole('a b'), 'ValidationError', 400],
    ['role with a wrong path', () => createRole('pathless', { Path: 'x' }), 'ValidationError', 400],
    ['attached policies', () => iam.send(new IAM.DeleteRoleCommand({ RoleName: 'present' })), 'DeleteConflict', 409],
    ['inline policies', () => iam.send(new IAM.DeleteRoleCommand({ RoleName: 'with-inline' })), 'DeleteConflict', 409],
    [
      'policy that is not there',
      () => iam.send(new IAM.GetPolicyCommand({ PolicyArn: missingPolicy })),
      'NoSuchEntity',
      404,
    ],
    [
      'attaching what is not there',
      () => iam.send(new IAM.AttachRolePolicyCommand({ ...attachment, PolicyArn: missingPolicy })),
      'NoSuchEntity',
      404,
    ],
    ['no JSON', () => createRole('x', { AssumeRolePolicyDocument: '{' }), 'MalformedPolicyDocument', 400],
    [
      'a principal that does not exist',
      () => createRole('x', { AssumeRolePolicyDocument: trusting({ AWS: `arn:aws:iam::${local}:role/nothing` }) }),
      'MalformedPolicyDocument',
      400,
    ],
    [
      'a trust policy as identity policy',
      () => iam.send(new IAM.CreatePolicyCommand({ PolicyName: 'x', PolicyDocument: trust })),
      'MalformedPolicyDocument',
      400,
    ],
    ['foreign marker', () => iam.send(new IAM.ListRolesCommand({ Marker: 'nonsense' })), 'ValidationError', 400],
    [
      'missing parameter',
      () => iam.send(new IAM.GetRoleCommand({} as IAM.GetRoleCommandInput)),
      'ValidationError',
      400,
    ],
    ['not implemented', () => iam.send(new IAM.CreateGroupCommand({ GroupName: 'x' })), 'InvalidAction', 400],
  ])('%s', async (_, call, code, status) => {
    expect(await refusal(call())).toMatchObject({ code, status });
  });

  test('the exception is the one that the SDK models', async () => {
    await expect(iam.send(new IAM.GetRoleCommand({ RoleName: 'nothing' }))).rejects.toBeInstanceOf(
      IAM.NoSuchEntityException,
    );
  });

  test('a policy in use: DeleteConflict until detached and down to one version', async () => {
    const { Policy } = await iam.send(
      new IAM.CreatePolicyCommand({ PolicyName: 'used', PolicyDocument: allowing('*') }),
    );
    const PolicyArn = Policy?.Arn;
    const remove = () => iam.send(new IAM.DeletePolicyCommand({ PolicyArn }));
    await iam.send(new IAM.AttachRolePolicyCommand({ RoleName: 'present', PolicyArn }));
    expect(await refusal(remove())).toMatchObject({ code: 'DeleteConflict' });
    await iam.send(new IAM.DetachRolePolicyCommand({ RoleName: 'present', PolicyArn }));
    await iam.send(new IAM.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: allowing('ecs:*') }));
    expect(await refusal(remove())).toMatchObject({ code: 'DeleteConflict' });
    await iam.send(new IAM.DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v2' }));
    await remove();
  });
});

import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListPolicyVersionsCommand,
} from '@aws-sdk/client-iam';
import { isNotFound, type AwsClients } from '@meshbed/clients/aws';
import type { StepContext } from '../steps/types.ts';
import { isSameDocument, type PolicyDocument } from './policy-document.ts';
import { ownTags } from './tags.ts';

export interface WantedPolicy {
  name: string;
  path?: string;
  document: PolicyDocument;
}

/** IAM keeps no more. */
const mostVersions = 5;

/** Returns the ARN. */
export async function ensureManagedPolicy(
  step: StepContext,
  { iam, access }: AwsClients,
  { name, path = '/', document }: WantedPolicy,
): Promise<string> {
  const PolicyArn = `arn:aws:iam::${access.id}:policy${path}${name}`;
  const PolicyDocument = JSON.stringify(document);
  await step.ensure<string>({
    kind: 'IAM policy',
    name,
    find: () => defaultDocument({ iam }, PolicyArn),
    differs: (found) => (isSameDocument(found, document) ? undefined : 'it allows something else'),
    async create() {
      const Tags = Object.entries(ownTags(step.configuration)).map(([Key, Value]) => ({ Key, Value }));
      await iam.send(new CreatePolicyCommand({ PolicyName: name, Path: path, PolicyDocument, Tags }));
      return PolicyDocument;
    },
    async update() {
      await makeRoom({ iam }, PolicyArn);
      await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
      return PolicyDocument;
    },
  });
  return PolicyArn;
}

type Iam = Pick<AwsClients, 'iam'>;

async function defaultDocument({ iam }: Iam, PolicyArn: string): Promise<string | undefined> {
  try {
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    const VersionId = Policy?.DefaultVersionId;
    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
    return PolicyVersion?.Document;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Deletes the oldest version that isn't the default, when there is no room for another. */
async function makeRoom({ iam }: Iam, PolicyArn: string): Promise<void> {
  const { Versions = [] } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
  const oldest = Versions.findLast(({ IsDefaultVersion }) => !IsDefaultVersion);
  if (Versions.length >= mostVersions && oldest)
    await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: oldest.VersionId }));
}

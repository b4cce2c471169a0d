import type { Work } from './types.ts';

/** Makes the tags of a resource of EC2 those of a template; CloudFormation's own stay. */
export async function retag(
  id: string,
  { aws, tags }: Work,
  { before, after }: { before: unknown; after: unknown },
): Promise<void> {
  const wanted = tags(after).filter(({ Key }) => !Key.startsWith('aws:'));
  const gone = tags(before).filter(({ Key }) => !Key.startsWith('aws:') && !wanted.some((tag) => tag.Key === Key));
  if (gone.length > 0) await aws('ec2', 'DeleteTags', { Resources: [id], Tags: gone.map(({ Key }) => ({ Key })) });
  if (wanted.length > 0) await aws('ec2', 'CreateTags', { Resources: [id], Tags: wanted });
}

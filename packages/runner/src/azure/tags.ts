import type { Configuration } from '../configuration/index.ts';

/** Azure's names of tags have no slash. */
export const clusterTag = 'meshbed-cluster';

export const ownTags = ({ clusterName, ownerName }: Configuration): Record<string, string> => ({
  [clusterTag]: clusterName,
  owner: ownerName,
});

export const isOurs = (
  { tags = {} }: { tags?: Readonly<Record<string, string>> },
  { clusterName }: Configuration,
): boolean => tags[clusterTag] === clusterName;

import type { ClusterName } from '../run/context.ts';

/** Of what is from one cluster: that of EKS has no name of its own. */
export const folderOf = (folder: string, cluster: ClusterName): string =>
  cluster === 'eks' ? folder : `${folder}/${cluster}`;

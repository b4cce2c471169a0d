import type { Case } from '../case.ts';
import { awsCases } from './aws/index.ts';
import { kubernetesCases } from './kubernetes/index.ts';

/** Every case; an area of the clouds adds a folder here and a line below. */
export async function allCases(path: string): Promise<Case[]> {
  return [...awsCases, ...(await kubernetesCases(path))];
}

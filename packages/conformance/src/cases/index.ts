import type { Case } from '../case.ts';
import { azureCases } from './azure/index.ts';
import { awsCases } from './aws/index.ts';
import { kubernetesCases } from './kubernetes/index.ts';

/** Every case; an area of the clouds adds a folder here and a line below. */
export async function allCases(path: string): Promise<Case[]> {
  return [...azureCases, ...awsCases, ...(await kubernetesCases(path))];
}

import type { Step } from '../../clients/aws/step.ts';

/** What every client of AWS must be able to do, as data. */
export interface AwsCase {
  area: string;
  name: string;
  steps: readonly Step[];
}

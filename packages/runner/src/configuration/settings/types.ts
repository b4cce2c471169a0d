import type { Rule } from './rules.ts';

/** One row of the table that readers, flags, JSON Schema and documentation are derived from. */
export interface Setting {
  /** Where the YAML file has it: `cluster.name`. */
  path: string;
  /** Where `Configuration` has it: `clusterName`. */
  key: string;
  /** Name in shell files and in the environment, and its aliases; none for what only YAML can express. */
  variables: readonly string[];
  /** `--cluster-name`; secrets have none, since every user of the machine sees the arguments of processes. */
  flag?: string;
  rule: Rule;
  fallback?: string | number;
  /** An empty value says "none", as no value does; for others it is an error. */
  mayBeEmpty?: true;
  /** Scenarios that look at it; all when absent. */
  scenarios?: readonly number[];
  about: string;
}

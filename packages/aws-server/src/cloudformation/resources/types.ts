import type { Progress } from '@meshbed/core';
import type { Properties } from '../state.ts';

/** What was made. */
export interface Made {
  /** What `Ref` gives. */
  physicalId: string;
  /** What `Fn::GetAtt` gives. */
  attributes?: Readonly<Record<string, string>>;
}

export interface Tag {
  Key: string;
  Value: string;
}

/** Answers of the API, as far as they are read here. */
export type Answer = Readonly<Record<string, never>>;

/** One resource being made or deleted. */
export interface Work {
  /** Calls another service as whoever called CloudFormation. */
  readonly aws: <Output = Answer>(service: string, operation: string, input: object) => Promise<Output>;
  /** For what the template leaves unnamed. */
  generatedName: string;
  region: string;
  /** Those of the template, of the stack, and CloudFormation's own. */
  readonly tags: (own: unknown) => Tag[];
  readonly until: (what: string, condition: () => Promise<Progress<unknown>>) => Promise<void>;
  /** Until what begins in `state` is over, for what no call tells. */
  readonly settled: (kind: string, state: string) => Promise<unknown>;
}

/** Properties before and after. */
export interface Update {
  before: Properties;
  after: Properties;
}

/** A type of resource that stacks can have. */
export interface ResourceType {
  /** Properties that are understood, separated by blanks; any other one fails the resource. */
  properties: string;
  /** Those of them that can change while it stays, separated by blanks; with any other change it is made anew. */
  updates?: string;
  create(properties: Properties, work: Work): Promise<Made>;
  update?(made: Made, work: Work, change: Update): Promise<void>;
  delete(made: Made, work: Work, properties: Properties): Promise<void>;
}

import { NormalizedSchema } from '@smithy/core/schema';
import { resourceTypes } from './cloudformation/resources/index.ts';
import type { Operation } from './service.ts';
import { services } from './services.ts';

export interface OperationCoverage {
  name: string;
  /** Parameters that are understood. */
  parameters: readonly string[];
  /** Parameters of the model that are refused by name. */
  refused: readonly string[];
}

export interface ServiceCoverage {
  name: string;
  version: string;
  operations: readonly OperationCoverage[];
  /** Operations of the service's model that are answered as not implemented. */
  missing: number;
}

/** What the server understands of each service, from the tables that requests are checked by. */
export const coverage = (): ServiceCoverage[] =>
  services.map((service) => {
    const operations = service
      .operations()
      .map(coverageOf)
      .toSorted((a, b) => a.name.localeCompare(b.name));
    const { name, version } = service;
    return { name, version, operations, missing: service.modelled().length - operations.length };
  });

/** Types of resources that stacks can have, each with its properties. */
export const stackResources = (): { type: string; properties: readonly string[] }[] =>
  Object.entries(resourceTypes)
    .map(([type, { properties }]) => ({ type, properties: properties.split(' ').filter(Boolean).toSorted() }))
    .toSorted((a, b) => a.type.localeCompare(b.type));

function coverageOf({ name, input, rule, idempotencyToken }: Operation): OperationCoverage {
  const members = membersOf(input);
  const accepted = rule.accepts?.split(' ');
  const isKnown = (member: string) =>
    accepted === undefined || accepted.includes(member) || member === idempotencyToken || member === 'DryRun';
  return {
    name,
    parameters: members.filter(isKnown).toSorted(),
    refused: members.filter((member) => !isKnown(member)).toSorted(),
  };
}

function membersOf(input: Operation['input']): string[] {
  const schema = NormalizedSchema.of(input);
  return schema.isStructSchema() ? [...schema.structIterator()].map(([name]) => name) : [];
}

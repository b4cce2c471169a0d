import type { TagSpecification } from '@aws-sdk/client-ec2';
import type { Check, ContextKeys, Rule } from '../authorization/index.ts';
import type { Context } from '../context.ts';
import { tagKeys } from '../tags.ts';
import { fabricKinds, tryFind } from './objects.ts';
import { type Kind, kindOfId } from './kinds.ts';

/** `arn:aws:ec2:us-east-2:111111111111:vpc/vpc-1`; without an id, any of the kind. */
export const ec2Arn = ({ region, account }: Context, kind: Kind, id = '*'): string =>
  `arn:aws:ec2:${region}:${account}:${kind}/${id}`;

type Ids = string | undefined | readonly (string | undefined)[];

interface Tagged {
  TagSpecifications?: readonly TagSpecification[] | undefined;
}

const requestTags = ({ TagSpecifications = [] }: Tagged) => TagSpecifications.flatMap(({ Tags = [] }) => Tags);

/** The rule of an operation that makes a resource, on or in `parents`. Tags given at creation need ec2:CreateTags too. */
export function creating<Input extends object>(
  kind: Kind,
  operation: string,
  accepts: string,
  parents: (input: Input) => Ids = () => [],
): Rule<Input> {
  return {
    accepts,
    resources: (input, context) => [ec2Arn(context, kind), ...known(context, parents(input))],
    context: (input) => tagKeys(requestTags(input)),
    also: (input, context) => createTags(input, ec2Arn(context, kind), operation),
  };
}

function createTags(input: Tagged, resource: string, operation: string): readonly Check[] {
  const tags = requestTags(input);
  if (tags.length === 0) return [];
  return [{ action: 'ec2:CreateTags', resource, context: { ...tagKeys(tags), 'ec2:CreateAction': operation } }];
}

/** The rule of an operation on existing resources; their tags are condition keys. */
export const acting = <Input extends object>(accepts: string, ids: (input: Input) => Ids): Rule<Input> => ({
  accepts,
  resources: (input, context) => arnsOf(context, ids(input)),
  context: (input, context) => resourceTags(context, ids(input)),
});

/** The rule of an operation that EC2 can't restrict to resources: the Describe operations. */
export const reading = (accepts: string): Rule<object> => ({ accepts });

const listOf = (ids: Ids) => [ids].flat().filter((id) => id !== undefined);

const known = (context: Context, ids: Ids): string[] =>
  listOf(ids).flatMap((id) => {
    const kind = kindOfId(id);
    return kind ? [ec2Arn(context, kind, id)] : [];
  });

function arnsOf(context: Context, ids: Ids): string[] {
  const arns = known(context, ids);
  return arns.length > 0 ? arns : ['*'];
}

function resourceTags(context: Context, ids: Ids): ContextKeys {
  const [first] = listOf(ids);
  const kind = fabricKinds.find((candidate) => candidate === kindOfId(first ?? ''));
  const tags = kind && tryFind(context, kind, first)?.tags;
  return Object.fromEntries(
    [...(tags ?? [])].flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`ec2:ResourceTag/${key}`, value],
    ]),
  );
}

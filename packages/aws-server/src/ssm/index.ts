import { createRequire } from 'node:module';
import type * as SSM from '@aws-sdk/client-ssm';
import type { Context } from '../context.ts';
import { AwsError } from '../errors.ts';
import { type Service, service } from '../service.ts';
import { validPage } from '../valid-page.ts';
import { parameterNamed, parametersBelow } from './parameters.ts';

const require = createRequire(import.meta.url);

const arnsOf = (names: readonly (string | undefined)[], { region, account }: Context) =>
  names.map((name = '*') => `arn:aws:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`);

const notFound = () => new AwsError('ParameterNotFound', '');
const invalidToken = () => new AwsError('InvalidNextToken', 'The specified token is not valid.');
const mostPerPage = 10;

/** Systems Manager: the public parameters with the images of EKS nodes. Sessions of ECS Exec have no calls here. */
export const ssm: Service = service<typeof SSM>(
  () => require('@aws-sdk/client-ssm') as unknown,
  { name: 'ssm', protocol: 'json', scope: 'ssm', version: '2014-11-06', target: 'AmazonSSM' },
  {
    handlers: {
      GetParameter({ Name }, { region }) {
        const Parameter = parameterNamed(region, Name);
        if (!Parameter) throw notFound();
        return { Parameter };
      },
      GetParameters({ Names = [] }, { region }) {
        const found = Names.map((name) => parameterNamed(region, name));
        return {
          Parameters: found.filter((parameter) => parameter !== undefined),
          InvalidParameters: Names.filter((_, index) => found[index] === undefined),
        };
      },
      GetParametersByPath({ Path = '', Recursive = false, NextToken, MaxResults }, { region }) {
        const page = validPage(parametersBelow(region, Path, Recursive), {
          token: NextToken,
          size: MaxResults ?? mostPerPage,
          invalid: invalidToken,
        });
        return { Parameters: page.items, ...(page.next === undefined ? {} : { NextToken: page.next }) };
      },
    },
    rules: {
      GetParameter: { accepts: 'Name WithDecryption', resources: ({ Name }, context) => arnsOf([Name], context) },
      GetParameters: {
        accepts: 'Names WithDecryption',
        resources: ({ Names = [] }, context) => arnsOf(Names, context),
      },
      GetParametersByPath: {
        accepts: 'Path Recursive WithDecryption NextToken MaxResults',
        resources: ({ Path }, context) => arnsOf([Path], context),
      },
    },
  },
);

import { createRequire } from 'node:module';
import type * as IAM from '@aws-sdk/client-iam';
import { type Service, service } from '../service.ts';

const require = createRequire(import.meta.url);

export const iam: Service = service<typeof IAM>(
  () => require('@aws-sdk/client-iam') as unknown,
  {
    name: 'iam',
    protocol: 'query',
    scope: 'iam',
    version: '2010-05-08',
    xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  },
  { handlers: {}, rules: {} },
);

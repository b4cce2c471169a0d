import type { Variables } from '../../clients/aws/step.ts';
import type { Stage } from '../../stage/index.ts';

/** What steps can refer to from the beginning; `n` keeps clients that share the stage apart. */
export const variablesFor = ({ sandbox }: Stage, n: string): Variables =>
  new Map([
    ['n', n],
    ['region', sandbox.region],
    ['local', sandbox.accounts.local.accountId],
    ['external', sandbox.accounts.external.accountId],
  ]);

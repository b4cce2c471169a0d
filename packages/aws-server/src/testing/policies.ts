/** Policy documents in the least words. */

interface Grant {
  Effect?: 'Allow' | 'Deny';
  Condition?: object;
}

const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });

export const allowing = (action: string | readonly string[], resource = '*', more: Grant = {}): string =>
  document({ Effect: 'Allow', Action: action, Resource: resource, ...more });

export const trusting = (
  principal: object,
  action: string | readonly string[] = ['sts:AssumeRole', 'sts:TagSession'],
  more: Grant = {},
): string => document({ Effect: 'Allow', Principal: principal, Action: action, ...more });

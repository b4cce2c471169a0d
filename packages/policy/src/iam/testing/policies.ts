import type { PolicyDocument, Statement } from '../document.ts';
import type { Decision } from '../evaluate.ts';
import type { AwsPrincipal } from '../request.ts';

export const here = '111111111111';
export const there = '222222222222';
export const role = 'arn:aws:iam::111111111111:role/istiod-role';
export const session: AwsPrincipal = {
  arn: `arn:aws:sts::${here}:assumed-role/istiod-role/pod`,
  account: here,
  id: 'AROAISTIOD:pod',
};
export const user: AwsPrincipal = { arn: `arn:aws:iam::${here}:user/ops/alice`, account: here, tags: { team: 'mesh' } };

export const policy = (...statements: Partial<Statement>[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
});
export const allowAll: PolicyDocument = policy({ Action: '*', Resource: '*' });
export const trust = (Principal: Statement['Principal'], more: Partial<Statement> = {}): PolicyDocument =>
  policy({ Action: ['sts:AssumeRole', 'sts:TagSession'], ...(Principal ? { Principal } : {}), ...more });

/** `allow`, or the reason of the denial. */
export const tell = (decision: Decision): string => (decision.effect === 'allow' ? 'allow' : decision.reason);

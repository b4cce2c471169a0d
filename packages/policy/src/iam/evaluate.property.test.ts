import { array, assert, constantFrom, property, record, string } from 'fast-check';
import { expect, test } from 'vitest';
import { RequestContext } from './context.ts';
import type { PolicyDocument, Statement } from './document.ts';
import { evaluate } from './evaluate.ts';
import { globMatches, readPattern } from './pattern.ts';
import { user } from './testing/policies.ts';

const request = { principal: user, action: 'ecs:ListTasks', resource: 'arn:aws:ecs:us-east-2:111111111111:x' };
const statement = record({
  Effect: constantFrom<Statement['Effect']>('Allow', 'Deny'),
  Action: constantFrom('*', 'ecs:*', 'ec2:*', 'ecs:List?asks'),
  Resource: constantFrom('*', 'arn:aws:ecs:*', 'arn:aws:s3:::*'),
});
const documents = array(record({ Statement: array(statement, { minLength: 1, maxLength: 3 }) }), { maxLength: 4 });
const denyAll: PolicyDocument = { Statement: { Effect: 'Deny', Action: '*', Resource: '*' } };
const context = new RequestContext(request);

test('an explicit deny: wins wherever it stands', () => {
  assert(
    property(documents, constantFrom('identityPolicies', 'sessionPolicies'), (identityPolicies, where) => {
      const policies = { identityPolicies, [where]: [...identityPolicies, denyAll] };
      expect(evaluate(request, policies)).toMatchObject({ effect: 'deny', reason: 'explicit' });
    }),
  );
});

test('a session policy: never allows more', () => {
  assert(
    property(documents, documents, (identityPolicies, sessionPolicies) => {
      const [without, narrowed] = [
        evaluate(request, { identityPolicies }),
        evaluate(request, { identityPolicies, sessionPolicies }),
      ];
      expect([without.effect, narrowed.effect]).not.toEqual(['deny', 'allow']);
    }),
  );
});

test('the order of policies: changes no decision', () => {
  assert(
    property(documents, (identityPolicies) => {
      const reversed = evaluate(request, { identityPolicies: identityPolicies.toReversed() });
      expect(reversed.effect).toBe(evaluate(request, { identityPolicies }).effect);
    }),
  );
});

test('a pattern: text without wildcards matches itself alone, and * matches all', () => {
  assert(
    property(string(), string(), (text, other) => {
      const literal = text.replace(/[*?$]/g, '.');
      const pieces = readPattern(literal, context)!;
      expect(globMatches(pieces, literal)).toBe(true);
      expect(globMatches(pieces, other)).toBe(other === literal);
      expect(globMatches(readPattern('*', context)!, other)).toBe(true);
    }),
  );
});

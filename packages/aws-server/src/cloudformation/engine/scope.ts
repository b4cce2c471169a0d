import type { Context } from '../../context.ts';
import { zonesOf } from '../../ec2/zones.ts';
import { invalid } from '../errors.ts';
import { exportsOf } from '../lookup.ts';
import type { StackRecord } from '../state.ts';
import { noValue, type Scope } from '../template/resolve.ts';

/** What the expressions of a stack's template refer to; resources must be there already. */
export function scopeOf(context: Context, stack: StackRecord): Scope {
  const { account, region } = context;
  const pseudo = new Map<string, unknown>([
    ['AWS::AccountId', account],
    ['AWS::Region', region],
    ['AWS::Partition', 'aws'],
    ['AWS::URLSuffix', 'amazonaws.com'],
    ['AWS::StackName', stack.name],
    ['AWS::StackId', stack.id],
    ['AWS::NoValue', noValue],
  ]);
  return {
    ref(name) {
      const value = pseudo.get(name) ?? stack.parameters.get(name) ?? stack.resources.get(name)?.physicalId;
      if (value === undefined) throw invalid(`Template error: Ref to ${name}, which is not in the template`);
      return value;
    },
    attribute(logicalId, name) {
      const value = stack.resources.get(logicalId)?.attributes[name];
      if (value === undefined) {
        throw invalid(`Template error: resource ${logicalId} does not support attribute type ${name} in Fn::GetAtt`);
      }
      return value;
    },
    importValue(name) {
      const value = exportsOf(context).get(name)?.output.value;
      if (value === undefined) throw invalid(`No export named ${name} found.`);
      stack.imports.add(name);
      return value;
    },
    zones: zonesOf,
  };
}

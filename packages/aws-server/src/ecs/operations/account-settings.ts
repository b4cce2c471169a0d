import type * as ECS from '@aws-sdk/client-ecs';
import type { Context } from '../../context.ts';
import type { Handlers } from '../../service.ts';
import { invalidParameter } from '../errors.ts';
import { EcsState } from '../state.ts';

/** What new accounts have. Kept and shown; nothing here follows them, except that clusters begin with the first one. */
const defaults: Readonly<Record<string, { value: string; values: readonly string[] }>> = {
  containerInsights: { value: 'disabled', values: ['enabled', 'disabled', 'enhanced'] },
  awsvpcTrunking: { value: 'disabled', values: ['enabled', 'disabled'] },
  containerInstanceLongArnFormat: { value: 'enabled', values: ['enabled'] },
  serviceLongArnFormat: { value: 'enabled', values: ['enabled'] },
  taskLongArnFormat: { value: 'enabled', values: ['enabled'] },
  dualStackIPv6: { value: 'enabled', values: ['enabled', 'disabled'] },
  fargateFIPSMode: { value: 'disabled', values: ['disabled'] },
  fargateTaskRetirementWaitPeriod: { value: '7', values: ['0', '7', '14'] },
  guardDutyActivate: { value: 'off', values: ['off'] },
  tagResourceAuthorization: { value: 'off', values: ['off'] },
  defaultLogDriverMode: { value: 'non-blocking', values: ['blocking', 'non-blocking'] },
};

type Input = Pick<ECS.PutAccountSettingCommandInput, 'name' | 'value'>;

function put({ name = '' as ECS.SettingName, value = '' }: Input, context: Context) {
  const known = defaults[name];
  if (!known) throw invalidParameter(`Unknown setting name: ${name}`);
  if (!known.values.includes(value)) {
    throw invalidParameter(`The value ${value} of the setting ${name} is not supported by this sandbox.`);
  }
  context.state(EcsState).settings.set(name, value);
  return { setting: shapeOf(name, value, context) };
}

const shapeOf = (name: string, value: string, { account }: Context): ECS.Setting => ({
  name: name as ECS.SettingName,
  value,
  principalArn: `arn:aws:iam::${account}:root`,
  type: 'user',
});

export const accountSettingOperations: Handlers<typeof ECS> = {
  ListAccountSettings({ name, value, effectiveSettings = false }, context) {
    const own = context.state(EcsState).settings;
    const effective = Object.entries(defaults).map(([key, each]): [string, string] => [
      key,
      own.get(key) ?? each.value,
    ]);
    const settings = (effectiveSettings ? effective : [...own])
      .filter(([key, held]) => (name ?? key) === key && (value ?? held) === held)
      .map(([key, held]) => shapeOf(key, held, context));
    return { settings };
  },
  PutAccountSetting: put,
  PutAccountSettingDefault: put,
};

import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import type { AccountCheck, Noted } from '../types.ts';

const [warnAboveMs, failAboveMs] = [60_000, 240_000];

/** AWS refuses signatures that are five minutes off; its answers say what time it is. */
export const clockSkew: AccountCheck = {
  id: 'clock',
  class: 'environment',
  async look({ clock }, { aws: { sts, access } }) {
    const beforeMs = clock.now();
    const date = await dateOf(sts);
    if (date === undefined) return [{ verdict: 'not-checked', object: access.id, says: 'the answers have no date' }];
    // The date has whole seconds, and the answer took a while.
    const middleMs = (beforeMs + clock.now()) / 2;
    return [skewFinding(access.id, Math.round((middleMs - Date.parse(date) - 500) / 1000) * 1000)];
  },
};

export function skewFinding(account: string, skewMs: number): Noted {
  const offMs = Math.abs(skewMs);
  const object = `clock, by account ${account}`;
  const says = `this machine is ${offMs / 1000} s ${skewMs < 0 ? 'behind' : 'ahead of'} AWS`;
  if (offMs <= warnAboveMs) return { verdict: 'ok', object, says };
  const fix = 'set the clock: sudo timedatectl set-ntp true';
  return { verdict: offMs > failAboveMs ? 'problem' : 'warning', object, says, fix };
}

async function dateOf(sts: STSClient): Promise<string | undefined> {
  let date: string | undefined;
  const command = new GetCallerIdentityCommand({});
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      date = (result.response as { headers?: Record<string, string> }).headers?.['date'];
      return result;
    },
    { step: 'deserialize', name: 'dateOfAnswer', priority: 'low' },
  );
  await sts.send(command);
  return date;
}

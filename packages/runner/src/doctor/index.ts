/** What of this machine and of the accounts a run would stumble over. Changes nothing. */
import { createAwsClients, type AwsClients } from '@meshbed/clients/aws';
import { exitCodes, findCause, MeshbedError, messageOf, redactDeep, type Clock, type ErrorClass } from '@meshbed/core';
import type { Configuration } from '../configuration/index.ts';
import { loginCommand, verifyLogin } from '../login/index.ts';
import { accountsOf } from '../scenario/accounts.ts';
import type { AccountName, Scenario } from '../scenario/types.ts';
import type { AccountAccess, Target } from '../target.ts';
import { examineSubscription } from './checks/azure/index.ts';
import { clockSkew } from './checks/clock-skew.ts';
import { takenNames } from './checks/names.ts';
import { networkConflicts } from './checks/networks.ts';
import { permissions } from './checks/permissions.ts';
import { quotaCheck } from './checks/quotas.ts';
import { istioctl, node, otherTools, ports } from './checks/tools.ts';
import type { Account, AccountCheck, Check, Doctoring, Finding, Noted, ToolMachine } from './types.ts';

export type { Finding, ToolMachine, Verdict } from './types.ts';

export interface DoctorOptions {
  configuration: Configuration;
  scenario: Scenario;
  clock: Clock;
  machine: ToolMachine;
  /** Absent: only the machine is looked at. */
  target?: Target;
}

const machineChecks: readonly Check[] = [node, istioctl, otherTools, ports];
const accountChecks: readonly AccountCheck[] = [clockSkew, permissions, quotaCheck, takenNames];

/** All findings, those of the machine first. */
export async function examine(options: DoctorOptions): Promise<Finding[]> {
  const { configuration, target } = options;
  const scene: Doctoring = { ...options, target: target?.kind ?? configuration.target };
  const own = await Promise.all(machineChecks.map((check) => found(check, () => check.look(scene))));
  const accounts = target ? await examineAccounts(scene, target) : [];
  const subscription = target ? await examineSubscription(scene, target.azure) : [];
  return redactDeep([...own.flat(), ...accounts, ...subscription]);
}

/** 0 without problems; else as the error that a run would end with. */
export function doctorExitCode(findings: readonly Finding[]): number {
  const problem = findings.find(({ verdict }) => verdict === 'problem');
  return problem ? exitCodes[problem.class] : 0;
}

async function examineAccounts(scene: Doctoring, { accounts, region }: Target): Promise<Finding[]> {
  using stack = new DisposableStack();
  const wanted = accountsOf(scene.scenario);
  const logins = await Promise.all(
    wanted.map(async (name): Promise<Login> => {
      const access = accounts[name];
      if (!access) return { findings: [notConfigured(name)] };
      return login(name, access, stack.use(clientsOf(access, { region, clock: scene.clock })));
    }),
  );
  const open = logins.flatMap(({ account }) => account ?? []);
  const checks = open.flatMap((account) =>
    accountChecks.map((check) => found(check, () => check.look(scene, account), account.aws.access.id)),
  );
  const networks = found({ id: 'networks', class: 'cloud' }, () => networkConflicts(scene, open));
  const looked = await Promise.all([...checks, networks]);
  return [...logins.flatMap(({ findings }) => findings), ...looked.flat()];
}

const clientsOf = ({ id, credentials, endpoint }: AccountAccess, more: { region: string; clock: Clock }): AwsClients =>
  createAwsClients({ id, credentials, ...more, ...(endpoint === undefined ? {} : { endpoint }) });

interface Login {
  findings: Finding[];
  account?: Account;
}

async function login(name: AccountName, { profile }: AccountAccess, aws: AwsClients): Promise<Login> {
  const object = `${name} account ${aws.access.id}, profile ${profile}`;
  const base = { check: 'credentials', class: 'user' as const, object };
  try {
    const { arn } = await verifyLogin(aws, profile);
    return {
      findings: [{ ...base, verdict: 'ok', says: `logged in as ${arn}` }],
      account: { name, profile, aws, arn },
    };
  } catch (error) {
    const fix = findCause(error, MeshbedError)?.next ?? loginCommand(profile);
    return { findings: [{ ...base, verdict: 'problem', says: messageOf(error), fix }] };
  }
}

const notConfigured = (name: AccountName): Finding => ({
  check: 'credentials',
  class: 'user',
  verdict: 'problem',
  object: `${name} account`,
  says: 'it is not configured',
  fix: `set ${name.toUpperCase()}_ACCOUNT and ${name.toUpperCase()}_ACCOUNT_PROFILE`,
});

/** A check that fails has not been made, and says why. */
async function found(
  { id, class: own }: { id: string; class: ErrorClass },
  look: () => Promise<Noted[]>,
  object = id,
): Promise<Finding[]> {
  try {
    return (await look()).map((noted) => ({ check: id, class: own, ...noted }));
  } catch (error) {
    return [{ check: id, class: own, verdict: 'not-checked', object, says: messageOf(error) }];
  }
}

import { AwsError, type Faults, killTasks, type PermittedCall, type World } from '@meshbed/aws-server';
import { ArmError, type AzureCall, type AzureChange } from '@meshbed/azure-server';
import { type Clock, createIds, type EventLog, type Ids, MeshbedError, suggestion } from '@meshbed/core';
import type { Fabric } from '@meshbed/fabric';
import { armErrorOf, errorOf } from './errors.ts';
import type { FaultKind, FaultRule } from './kinds.ts';
import { concerns, concernsAzure, concernsAzureCall, isCaller, isLike } from './match.ts';
import { parseFault } from './parse.ts';

/** A fault that is in force, or has struck at once. */
export interface Fault {
  /** `fault-1` */
  id: string;
  rule: FaultRule;
  addedMs: number;
  /** How often it struck. */
  hits: number;
}

interface Active extends Fault {
  /** Lets go what it holds, and ends what it set up. */
  ends: DisposableStack;
  ended: Promise<void>;
}

export interface FaultsOptions {
  clock: Clock;
  log: EventLog;
  fabric: Fabric;
  /** With it, `probability` decides the same way each time. */
  seed: string | undefined;
  /** Faults of a program, asked first. */
  further?: Faults | undefined;
  running: { sandbox?: { aws: { world: World } } };
}

/** The faults of one sandbox: added and cleared while it runs, each strike in the event log. */
export class FaultRegistry implements Faults {
  readonly #options: FaultsOptions;
  readonly #active = new Map<string, Active>();
  readonly #chance: Ids;
  /** The role that each pod got first, by its uid. */
  readonly #firstRoles = new Map<string, string>();
  #added = 0;

  constructor(options: FaultsOptions) {
    this.#options = options;
    this.#chance = createIds(options.seed === undefined ? undefined : `${options.seed}/faults`);
  }

  /** @throws MeshbedError `user/fault` when it makes no sense, `user/no-task` when there is no task to kill. */
  add(given: FaultRule): Fault {
    const rule = parseFault(given);
    const { clock, log } = this.#options;
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const ends = new DisposableStack();
    ends.defer(resolve);
    const fault: Active = { id: `fault-${++this.#added}`, rule, addedMs: clock.now(), hits: 0, ends, ended };
    log.write('fault', 'added', { fault: fault.id, ...rule });
    if (rule.kind === 'killed-task') return this.#killTasks(fault);
    this.#active.set(fault.id, fault);
    if (rule.kind === 'cut-route') ends.use(this.#options.fabric.cut(fault.id, rule));
    if (rule.forMs !== undefined) ends.use(clock.after(rule.forMs, () => this.clear(fault.id)));
    return shown(fault);
  }

  list(): Fault[] {
    return [...this.#active.values()].map(shown);
  }

  /** Ends one fault, or all. @throws MeshbedError `user/no-fault` */
  clear(id?: string): void {
    const ending = id === undefined ? [...this.#active.keys()] : [id];
    for (const each of ending) {
      const fault = this.#active.get(each);
      if (!fault) throw noFault(each, [...this.#active.keys()]);
      this.#active.delete(each);
      fault.ends.dispose();
      this.#options.log.write('fault', 'cleared', { fault: each, kind: fault.rule.kind });
    }
  }

  async call(call: PermittedCall): Promise<AwsError | undefined> {
    const given = await this.#options.further?.call?.(call);
    if (given) return given;
    const facts = () => ({ call: `${call.service}:${call.operation}`, principal: call.context.principal.arn });
    for (const { rule } of this.#striking(['latency'], (each) => concerns(each, call), facts))
      await this.#options.clock.sleep(rule.ms ?? 0);
    const [failing] = this.#striking(['throttle', 'error'], (rule) => concerns(rule, call), facts);
    return failing && errorOf(failing.rule, call);
  }

  readonly azure = (change: AzureChange): ArmError | undefined => {
    const facts = () => ({ call: `azure:${change.method} ${change.id}`, when: change.when });
    const [failing] = this.#striking(['error'], (rule) => concernsAzure(rule, change), facts);
    return failing && armErrorOf(failing.rule);
  };

  /** Of any method: what fails for want of patience, or of a token that is still good, and what takes longer. */
  readonly azureCall = async (call: AzureCall): Promise<ArmError | undefined> => {
    const facts = () => ({ call: `azure:${call.method} ${call.id}`, principal: call.caller });
    const caller = { account: call.subscription, arn: call.caller };
    if (this.#striking(['expired-credentials'], (rule) => isCaller(rule, caller), facts).length > 0)
      return new ArmError(
        401,
        'ExpiredAuthenticationToken',
        'The access token expiry UTC time is earlier than current UTC time.',
      );
    for (const { rule } of this.#striking(['latency'], (each) => concernsAzureCall(each, call), facts))
      await this.#options.clock.sleep(rule.ms ?? 0);
    const [failing] = this.#striking(['throttle', 'error'], (rule) => concernsAzureCall(rule, call), facts);
    return failing && armErrorOf(failing.rule, call);
  };

  expired(principal: { account: string; arn: string }): boolean {
    const facts = () => ({ principal: principal.arn });
    return this.#striking(['expired-credentials'], (rule) => isCaller(rule, principal), facts).length > 0;
  }

  readonly hold = (kind: string, state: string): Promise<void> | undefined => {
    const facts = () => ({ resource: kind, state });
    const isStuck = (rule: FaultRule) =>
      rule.kind === 'stuck'
        ? isLike(rule.resource, kind) && isLike(rule.state, state)
        : kind === 'load-balancer' && state === 'provisioning';
    return this.#striking(['stuck', 'load-balancer-without-address'], isStuck, facts)[0]?.ended;
  };

  propagationMs(roleArn: string): number {
    const [late] = this.#striking(
      ['iam-propagation'],
      ({ resource }) => isLike(resource, roleArn),
      () => ({ role: roleArn }),
    );
    return late?.rule.ms ?? 0;
  }

  podRole(pod: { namespace: string; serviceAccount: string; podUid: string }, roleArn: string): string {
    const first = this.#firstRoles.get(pod.podUid);
    if (first === undefined) this.#firstRoles.set(pod.podUid, roleArn);
    if (first === undefined || first === roleArn) return roleArn;
    const name = `${pod.namespace}/${pod.serviceAccount}`;
    const facts = () => ({ pod: pod.podUid, role: first });
    const stale = this.#striking(['stale-pod-identity'], ({ resource }) => isLike(resource, name), facts);
    return stale.length > 0 ? first : roleArn;
  }

  /** The faults of these kinds that strike now, noted as such. Of those that only one can do, the first. */
  #striking(
    kinds: readonly FaultKind[],
    applies: (rule: FaultRule) => boolean,
    facts: () => Record<string, unknown>,
  ): Active[] {
    const striking: Active[] = [];
    for (const fault of this.#active.values()) {
      const { rule } = fault;
      if (!kinds.includes(rule.kind) || !applies(rule) || !this.#isDue(fault)) continue;
      this.#strike(fault, facts());
      striking.push(fault);
      if (rule.kind !== 'latency') break;
    }
    return striking;
  }

  #isDue({ rule, hits }: Active): boolean {
    if (rule.count !== undefined && hits >= rule.count) return false;
    return rule.probability === undefined || this.#chance.integer(1_000_000) < rule.probability * 1_000_000;
  }

  #strike(fault: Active, facts: Record<string, unknown>): void {
    fault.hits++;
    this.#options.log.write('fault', fault.rule.kind, { fault: fault.id, hit: fault.hits, ...facts });
  }

  #killTasks(fault: Active): Fault {
    const { account, resource, count = 1 } = fault.rule;
    const { sandbox } = this.#options.running;
    const choice = { account, matches: (name: string) => isLike(resource, name) };
    const killed = sandbox ? killTasks(sandbox.aws.world, choice, count) : [];
    if (killed.length === 0)
      throw new MeshbedError('user/no-task', `no running task is, or belongs to, ${resource}`, {
        next: 'aws ecs list-tasks --cluster CLUSTER --desired-status RUNNING',
      });
    for (const task of killed) this.#strike(fault, { task });
    return shown(fault);
  }
}

const shown = ({ id, rule, addedMs, hits }: Active): Fault => ({ id, rule, addedMs, hits });

const noFault = (id: string, known: readonly string[]) =>
  new MeshbedError('user/no-fault', `there is no fault ${id}`, {
    next: known.length === 0 ? 'no fault is in force' : `${suggestion(id, known)} in force: ${known.join(', ')}`.trim(),
  });

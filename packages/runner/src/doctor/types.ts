import type { AwsClients } from '@meshbed/clients/aws';
import type { Clock, ErrorClass } from '@meshbed/core';
import type { Configuration } from '../configuration/index.ts';
import type { AccountName, Scenario } from '../scenario/types.ts';

/** `not-checked` is an answer of its own: nobody looked, for a reason that is told. */
export type Verdict = 'ok' | 'warning' | 'problem' | 'not-checked';

export interface Finding {
  /** Id of the check. */
  check: string;
  verdict: Verdict;
  /** What it is about: a tool, an account, a name. */
  object: string;
  says: string;
  /** What to do about it; always there for problems and warnings. */
  fix?: string;
  /** Who has to act on a problem; decides the exit code. */
  class: ErrorClass;
}

export type Noted = Omit<Finding, 'check' | 'class'> & { class?: ErrorClass };

/** One thing that is looked at. */
export interface Check {
  id: string;
  /** Of what it finds, unless a finding says otherwise. */
  class: ErrorClass;
  look(scene: Doctoring): Promise<Noted[]>;
}

/** The same for every account that is logged in to. */
export interface AccountCheck {
  id: string;
  class: ErrorClass;
  look(scene: Doctoring, account: Account): Promise<Noted[]>;
}

export interface Account {
  name: AccountName;
  profile: string;
  aws: AwsClients;
  /** Of who is logged in. */
  arn: string;
}

export interface Doctoring {
  configuration: Configuration;
  target: 'sandbox' | 'cloud';
  /** Whose needs are looked at. */
  scenario: Scenario;
  clock: Clock;
  machine: ToolMachine;
}

/** What is asked of this machine. */
export interface ToolMachine {
  /** Undefined when there is no such command. */
  run(command: readonly string[]): Promise<{ code: number; output: string } | undefined>;
  /** Rejects when nothing can listen on 127.0.0.1. */
  listen(): Promise<void>;
  nodeVersion: string;
}

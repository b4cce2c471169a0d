import type { Secret } from '@meshbed/core';

/** What a user may choose. Every field is one row of the table in `settings/`. */
export interface Configuration {
  scenario?: number;
  target: 'sandbox' | 'cloud';
  region: string;
  accounts: { local: AccountSettings; external: AccountSettings };
  clusterName: string;
  /** A tag on what costs money. */
  ownerName: string;
  nodeCount: number;
  nodeType: string;
  hub: string;
  istioTag: string;
  /** Given to the installation, never printed, logged or written. */
  licenseKey?: Secret;
  /** Path of the program; the sandbox brings its own. */
  istioctl?: string;
  /** Scenario 4. */
  meshId: string;
  /** Networks of the two Kubernetes clusters of scenario 4. */
  networks: { eks: string; aks: string };
  azure: {
    subscription?: string;
    region: string;
    resourceGroup: string;
    clusterName: string;
    nodeCount: number;
    nodeSize: string;
  };
  /** What the workloads of the scenarios run. */
  images: { echo: string; shell: string; eksEcho: string; eksShell: string };
  /** What images stand for in the sandbox. */
  imageMeanings: Readonly<Record<string, ImageMeaning>>;
}

export interface AccountSettings {
  /** Twelve digits. */
  id?: string;
  profile?: string;
  /** A role that exists already, which istiod assumes to read the account: ARN or name. */
  role?: string;
}

/** A command of this machine, or another image that the sandbox knows. */
export type ImageMeaning = { image: string } | { command: readonly string[]; ports?: Readonly<Record<number, string>> };

/** Where a value comes from. Lines and columns count from 1. */
export type Origin =
  | { kind: 'flag'; flag: string }
  | { kind: 'environment'; variable: string }
  | { kind: 'file'; file: string; line: number; column: number }
  | { kind: 'default' };

export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'flag':
      return `flag ${origin.flag}`;
    case 'environment':
      return `environment ${origin.variable}`;
    case 'file':
      return `${origin.file}:${origin.line}:${origin.column}`;
    case 'default':
      return 'default';
  }
}

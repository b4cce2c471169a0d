import type { Logging, LogType } from '@aws-sdk/client-eks';

export const allLogTypes: readonly LogType[] = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];

/** The kinds of logs that are on after a change. */
export function logTypesOf(present: ReadonlySet<string>, { clusterLogging = [] }: Logging = {}): Set<string> {
  const types = new Set(present);
  for (const { types: named = [], enabled = false } of clusterLogging) {
    for (const type of named) {
      if (enabled) types.add(type);
      else types.delete(type);
    }
  }
  return types;
}

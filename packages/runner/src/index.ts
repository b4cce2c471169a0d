/** The runner: scenarios as data, steps as a graph, tests with evidence, and a journal of it all. */
export { defaultConfiguration, names, type Configuration } from './configuration/index.ts';
export { audit, priceSource, type AuditedItem, type AuditReport } from './audit/index.ts';
export {
  chosenExercises,
  clearPolicies,
  policiesThere,
  exercisesOf,
  practise,
  type AuthzOptions,
  type Practised,
} from './authz/index.ts';
export { call, type CallOptions, type CallResult } from './call/index.ts';
export * from './cleanup/index.ts';
export {
  doctorExitCode,
  examine,
  type DoctorOptions,
  type Finding,
  type ToolMachine,
  type Verdict,
} from './doctor/index.ts';
export { gatherEvidence, type Evidence, type EvidenceOptions, type Missing } from './evidence/index.ts';
export { criticalPath, type Activity, type CriticalPath } from './graph/critical-path.ts';
export * from './journal/index.ts';
export { meshState, meshSubjects, type Known, type MeshState, type MeshSubject } from './mesh/state.ts';
export { verifyLogins } from './login/index.ts';
export { accountsOf } from './scenario/accounts.ts';
export type { AccountName } from './scenario/types.ts';
export { runScenario, type RunOptions, type RunResult } from './run/run.ts';
export { chooseSteps, type Selection } from './run/selection.ts';
export type { RunContext } from './run/context.ts';
export { scenarioNumbered, scenarios, stepIndex, type Scenario } from './scenario/index.ts';
export { steps } from './steps/index.ts';
export type { Step, StepContext, StepId } from './steps/types.ts';
export type { AccountAccess, Target } from './target.ts';
export { lockEnvironment, type Lock, type LockOwner } from './lock/index.ts';

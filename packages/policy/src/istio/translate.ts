import { readAddressMatch } from './address.ts';
import type { Authorization, Clause, Match, Rule, Scope, ServiceAccountMatch, StringMatch } from './authorization.ts';
import type { AuthorizationPolicyObject, Condition, Operation, PolicyRule, Source } from './resource.ts';

export type Translation =
  | {
      kind: 'authorization';
      authorization: Authorization;
      /** Labels that a workload must carry; only with scope WORKLOAD_SELECTOR. */
      selector?: Readonly<Record<string, string>>;
      /** Of each rule its place in the object, from 1: rules that ztunnel can't see are left out of an ALLOW. */
      ruleNumbers: readonly number[];
      /** Fields that ztunnel can't enforce: reason UnsupportedValue of the policy's status. */
      unsupported: readonly string[];
    }
  | { kind: 'not-for-ztunnel'; reason: NotForZtunnel; message: string };

export type NotForZtunnel = 'target-ref' | 'action' | 'dry-run';

export interface TranslationOptions {
  /** AMBIENT_ENABLE_DRY_RUN_AUTHORIZATION_POLICY. */
  dryRun?: boolean;
}

/** What istiod makes of an AuthorizationPolicy for ztunnel, which knows connections but not HTTP. */
export function translate(
  policy: AuthorizationPolicyObject,
  rootNamespace: string,
  { dryRun: dryRunEnabled = false }: TranslationOptions = {},
): Translation {
  const { metadata, spec = {} } = policy;
  const { action = 'ALLOW', selector } = spec;
  if (spec.targetRef || spec.targetRefs?.length) return notForZtunnel('target-ref', 'the policy targets a waypoint');
  if (action !== 'ALLOW' && action !== 'DENY')
    return notForZtunnel('action', `ztunnel does not support the ${action} action`);
  const dryRun = metadata.annotations?.['istio.io/dry-run'] === 'true';
  if (dryRun && !dryRunEnabled) return notForZtunnel('dry-run', 'dry run is not enabled');
  const rules = (spec.rules ?? []).map((rule, index) => {
    return { rule, number: index + 1, unsupported: unsupportedFields(rule) };
  });
  // An ALLOW without the part that ztunnel can't see would allow more; a DENY without it denies more.
  const kept = rules.filter(({ unsupported }) => action === 'DENY' || unsupported.length === 0);
  const { name, namespace } = metadata;
  return {
    kind: 'authorization',
    authorization: {
      name,
      namespace,
      scope: scopeOf(policy, rootNamespace),
      action,
      rules: kept.map(({ rule }) => translateRule(rule, namespace)),
      dryRun,
    },
    ...(selector ? { selector: selector.matchLabels ?? {} } : {}),
    ruleNumbers: kept.map(({ number }) => number),
    unsupported: [...new Set(rules.flatMap(({ unsupported }) => unsupported))],
  };
}

const notForZtunnel = (reason: NotForZtunnel, message: string): Translation => ({
  kind: 'not-for-ztunnel',
  reason,
  message,
});

function scopeOf({ metadata, spec }: AuthorizationPolicyObject, rootNamespace: string): Scope {
  if (spec?.selector) return 'WORKLOAD_SELECTOR';
  return metadata.namespace === rootNamespace ? 'GLOBAL' : 'NAMESPACE';
}

/** Whether a policy with this selector applies to a workload: all labels, and its own or the root namespace. */
export function selects(
  { metadata, spec }: AuthorizationPolicyObject,
  workload: { namespace: string; labels: Readonly<Record<string, string>> },
  rootNamespace: string,
): boolean {
  const reachable = metadata.namespace === rootNamespace || metadata.namespace === workload.namespace;
  const wanted = Object.entries(spec?.selector?.matchLabels ?? {});
  return spec?.selector !== undefined && reachable && wanted.every(([key, value]) => workload.labels[key] === value);
}

const httpSource = ['requestPrincipals', 'notRequestPrincipals', 'remoteIpBlocks', 'notRemoteIpBlocks'] as const;
const httpOperation = ['hosts', 'notHosts', 'methods', 'notMethods', 'paths', 'notPaths'] as const;

function unsupportedFields({ from = [], to = [], when = [] }: PolicyRule): string[] {
  return [
    ...to.flatMap(({ operation = {} }) => httpOperation.filter((name) => operation[name]?.length)),
    ...from.flatMap(({ source = {} }) => httpSource.filter((name) => source[name]?.length)),
    ...when.map(({ key }) => key).filter((key) => !conditionFields.has(key)),
  ];
}

/** Clauses in the order of istiod: `to`, `from`, then one for each `when`. */
function translateRule({ from = [], to = [], when = [] }: PolicyRule, namespace: string): Rule {
  const clauses: Clause[] = [
    { matches: to.map(({ operation = {} }) => operationMatch(operation)) },
    { matches: from.map(({ source = {} }) => sourceMatch(source, namespace)) },
  ].filter(({ matches }) => matches.length > 0);
  return { clauses: [...clauses, ...when.map((condition) => ({ matches: [conditionMatch(condition)] }))] };
}

function operationMatch({ ports, notPorts }: Operation): Match {
  return compact({ destinationPorts: ports?.flatMap(port), notDestinationPorts: notPorts?.flatMap(port) });
}

function sourceMatch(source: Source, namespace: string): Match {
  const account = (text: string) => serviceAccount(text, namespace);
  return compact({
    principals: source.principals?.map(stringMatch),
    notPrincipals: source.notPrincipals?.map(stringMatch),
    namespaces: source.namespaces?.map(stringMatch),
    notNamespaces: source.notNamespaces?.map(stringMatch),
    serviceAccounts: source.serviceAccounts?.map(account),
    notServiceAccounts: source.notServiceAccounts?.map(account),
    sourceIps: source.ipBlocks?.flatMap(address),
    notSourceIps: source.notIpBlocks?.flatMap(address),
  });
}

/** Condition key → the fields for its values and for its notValues. */
const conditionFields: ReadonlyMap<
  string,
  readonly [wanted: keyof Match, unwanted: keyof Match, read: (text: string) => unknown]
> = new Map([
  ['source.ip', ['sourceIps', 'notSourceIps', (text) => address(text)]],
  ['source.namespace', ['namespaces', 'notNamespaces', (text) => stringMatch(text)]],
  ['source.principal', ['principals', 'notPrincipals', (text) => stringMatch(text)]],
  ['destination.ip', ['destinationIps', 'notDestinationIps', (text) => address(text)]],
  ['destination.port', ['destinationPorts', 'notDestinationPorts', (text) => port(text)]],
]);

function conditionMatch({ key, values, notValues }: Condition): Match {
  const fields = conditionFields.get(key);
  if (!fields) return {};
  const [wanted, unwanted, read] = fields;
  return compact({ [wanted]: values?.flatMap(read), [unwanted]: notValues?.flatMap(read) });
}

/** Without empty lists: what can't be read is dropped, and a field without values is no field. */
function compact(match: { [field in keyof Match]: Match[field] | undefined }): Match {
  return Object.fromEntries(Object.entries(match).filter(([, values]) => values !== undefined && values.length > 0));
}

const address = (text: string) => readAddressMatch(text) ?? [];
const port = (text: string) => (/^\d+$/.test(text) && Number(text) <= 65_535 ? [Number(text)] : []);

function stringMatch(text: string): StringMatch {
  if (text === '*') return { presence: true };
  if (text.startsWith('*')) return { suffix: text.slice(1) };
  return text.endsWith('*') ? { prefix: text.slice(0, -1) } : { exact: text };
}

/** `namespace/account`, or an account of the policy's own namespace. */
function serviceAccount(text: string, own: string): ServiceAccountMatch {
  const [namespace = '', account] = text.split('/');
  return account === undefined ? { namespace: own, serviceAccount: text } : { namespace, serviceAccount: account };
}

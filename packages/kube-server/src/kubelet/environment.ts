import type { ConfigMap, Container, EnvFromSource, EnvVar, Node, Secret } from '../objects/index.ts';
import { type FieldContext, fieldValue, resourceValue } from './fields.ts';
import { PodProblem } from './problem.ts';

/** Where environment and volumes get their values from; all within the pod's namespace. */
export interface Lookup extends FieldContext {
  node: Node | undefined;
  configMap(name: string): ConfigMap | undefined;
  secret(name: string): Secret | undefined;
}

type Environment = Record<string, string>;

/**
 * A container's environment: `initial`, then envFrom, then env; later values win and may refer to earlier ones.
 * @throws PodProblem when something it refers to, and that is not optional, is missing
 */
export function environmentOf(container: Container, lookup: Lookup, initial: Readonly<Environment>): Environment {
  const environment: Environment = { ...initial };
  for (const source of container.envFrom ?? []) Object.assign(environment, fromSource(source, lookup));
  for (const variable of container.env ?? []) {
    const value = variableValue(variable, container, lookup, environment);
    if (value !== undefined) environment[variable.name] = value;
  }
  return environment;
}

function fromSource({ prefix = '', configMapRef, secretRef }: EnvFromSource, lookup: Lookup): Environment {
  const values = {
    ...(configMapRef && configMapData(configMapRef, lookup)),
    ...(secretRef && secretData(secretRef, lookup)),
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));
}

function variableValue(
  { value, valueFrom }: EnvVar,
  container: Container,
  lookup: Lookup,
  earlier: Environment,
): string | undefined {
  if (!valueFrom) return expand(value ?? '', earlier);
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  if (fieldRef) return fieldValue(fieldRef.fieldPath, lookup);
  if (resourceFieldRef)
    return resourceValue(
      resourceFieldRef,
      namedContainer(resourceFieldRef.containerName, container, lookup),
      lookup.node,
    );
  if (configMapKeyRef)
    return keyOf(
      configMapData(configMapKeyRef, lookup),
      configMapKeyRef,
      `ConfigMap ${qualified(configMapKeyRef, lookup)}`,
    );
  if (secretKeyRef)
    return keyOf(secretData(secretKeyRef, lookup), secretKeyRef, `Secret ${qualified(secretKeyRef, lookup)}`);
  throw new PodProblem(
    'configuration',
    `valueFrom has no source that is supported: ${Object.keys(valueFrom).join(', ')}`,
  );
}

export function namedContainer(
  name: string | undefined,
  container: Container | undefined,
  { pod }: FieldContext,
): Container {
  const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const found = name === undefined ? container : all.find((candidate) => candidate.name === name);
  if (!found) throw new PodProblem('configuration', `container ${name ?? ''} not found`);
  return found;
}

interface KeyReference {
  name: string;
  key: string;
  optional?: boolean;
}

const qualified = ({ name }: { name: string }, { pod }: Lookup) => `${pod.metadata.namespace}/${name}`;

function keyOf(data: Environment, { key, optional }: KeyReference, where: string): string | undefined {
  const value = data[key];
  if (value === undefined && !optional) throw new PodProblem('configuration', `couldn't find key ${key} in ${where}`);
  return value;
}

/** Decoded data; empty when the object is missing but optional. */
export function configMapData({ name, optional }: { name: string; optional?: boolean }, lookup: Lookup): Environment {
  const found = lookup.configMap(name);
  if (!found && !optional) throw new PodProblem('configuration', `configmap "${name}" not found`);
  return { ...found?.data, ...decoded(found?.binaryData) };
}

export function secretData({ name, optional }: { name: string; optional?: boolean }, lookup: Lookup): Environment {
  const found = lookup.secret(name);
  if (!found && !optional) throw new PodProblem('configuration', `secret "${name}" not found`);
  return decoded(found?.data);
}

function decoded(data: Readonly<Environment> = {}): Environment {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
}

/** `$(NAME)` becomes the variable's value, `$$` a dollar; an unknown name stays as it is written. */
export function expand(text: string, environment: Readonly<Environment>): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, escaped: string, name: string) =>
    escaped === '$' ? '$' : (environment[name] ?? whole),
  );
}

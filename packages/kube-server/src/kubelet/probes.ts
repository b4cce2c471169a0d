import type { HealthCheck } from '@meshbed/core';
import type { Container, IntOrString, Probe } from '../objects/index.ts';
import { PodProblem } from './problem.ts';

/** How one probe of a container is asked. */
export type ProbeTest = HealthCheck['test'];

/**
 * The check that decides readiness. A startup probe in front of it only lengthens the time in which failures don't
 * count; alone, it decides by itself.
 * @throws PodProblem for a probe that can't be expressed
 */
export function healthCheckOf(container: Container): HealthCheck | undefined {
  const { readinessProbe, startupProbe } = container;
  const probe = readinessProbe ?? startupProbe;
  if (!probe) return undefined;
  const graceMs =
    readinessProbe && startupProbe ? probePeriodMs(startupProbe) * (startupProbe.failureThreshold ?? 3) : 0;
  return {
    test: probeTest(probe, container),
    intervalMs: probePeriodMs(probe),
    timeoutMs: (probe.timeoutSeconds ?? 1) * 1000,
    retries: probe.failureThreshold ?? 3,
    startPeriodMs: (probe.initialDelaySeconds ?? 0) * 1000 + graceMs,
  };
}

export const probePeriodMs = (probe: Probe): number => (probe.periodSeconds ?? 10) * 1000;

export function probeTest(probe: Probe, container: Container): ProbeTest {
  const { exec, httpGet, tcpSocket } = probe;
  if (exec) return { command: exec.command };
  if (httpGet && httpGet.host === undefined && (httpGet.scheme ?? 'HTTP') === 'HTTP') {
    return { httpGet: { path: httpGet.path ?? '/', port: portNumber(httpGet.port, container) } };
  }
  if (tcpSocket && tcpSocket.host === undefined) return { tcpPort: portNumber(tcpSocket.port, container) };
  throw new PodProblem(
    'configuration',
    `container ${container.name}: this kind of probe is not supported: ${JSON.stringify(probe)}`,
  );
}

function portNumber(port: IntOrString, { name, ports = [] }: Container): number {
  const number =
    typeof port === 'number'
      ? port
      : (ports.find((candidate) => candidate.name === port)?.containerPort ?? Number(port));
  if (Number.isNaN(number)) throw new PodProblem('configuration', `container ${name} has no port named ${port}`);
  return number;
}

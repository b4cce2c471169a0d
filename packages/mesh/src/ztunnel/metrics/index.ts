import type { AccessRecord } from '../access-log/record.ts';

const families = {
  istio_tcp_connections_opened_total: 'The total number of TCP connections opened',
  istio_tcp_connections_closed_total: 'The total number of TCP connections closed',
  istio_tcp_connections_failed_total: 'The total number of TCP connections that failed',
  istio_tcp_received_bytes_total: 'The size of total bytes received during request in case of a TCP connection',
  istio_tcp_sent_bytes_total: 'The size of total bytes sent during response in case of a TCP connection',
} as const;

type Family = keyof typeof families;

/** Counters of connections and bytes, in Prometheus' text format. */
export class TrafficMetrics {
  readonly #samples = new Map<Family, Map<string, number>>();

  /** Counts a finished connection. Received are the bytes of requests and sent those of responses, on both sides. */
  count(record: AccessRecord): void {
    const [requests, responses] =
      record.direction === 'outbound'
        ? [record.bytesSent, record.bytesReceived]
        : [record.bytesReceived, record.bytesSent];
    const labels = labelsOf(record, record.flag);
    if (record.error !== undefined) this.#add('istio_tcp_connections_failed_total', labels, 1);
    this.#add('istio_tcp_connections_opened_total', record.flag === '-' ? labels : labelsOf(record, '-'), 1);
    this.#add('istio_tcp_connections_closed_total', labels, 1);
    this.#add('istio_tcp_received_bytes_total', labels, requests);
    this.#add('istio_tcp_sent_bytes_total', labels, responses);
  }

  /** @param version of istio_build. */
  text(version: string): string {
    const build = `istio_build{component="ztunnel",tag="${version}"} 1\n`;
    const parts = [...this.#samples].map(([family, samples]) => {
      const lines = [...samples].map(([labels, value]) => `${family}{${labels}} ${value}\n`);
      return `# HELP ${family} ${families[family]}.\n# TYPE ${family} counter\n${lines.join('')}`;
    });
    return `# HELP istio_build Istio component build info.\n# TYPE istio_build gauge\n${build}${parts.join('')}`;
  }

  #add(family: Family, labels: string, value: number): void {
    const samples = this.#samples.get(family) ?? new Map<string, number>();
    samples.set(labels, (samples.get(labels) ?? 0) + value);
    this.#samples.set(family, samples);
  }
}

function labelsOf(record: AccessRecord, flag: string): string {
  const { source, destination } = record;
  const [serviceName, serviceNamespace] = destination.service?.split('.') ?? [];
  const labels: Record<string, string | undefined> = {
    reporter: record.direction === 'outbound' ? 'source' : 'destination',
    source_workload: source.workload,
    source_workload_namespace: source.namespace,
    source_principal: source.identity,
    source_cluster: source.cluster,
    destination_service: destination.service,
    destination_service_name: serviceName,
    destination_service_namespace: serviceNamespace,
    destination_workload: destination.workload,
    destination_workload_namespace: destination.namespace,
    destination_principal: destination.identity,
    destination_cluster: destination.cluster,
    request_protocol: 'tcp',
    response_flags: flag,
    connection_security_policy: source.identity === undefined ? 'unknown' : 'mutual_tls',
  };
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value || 'unknown')}`)
    .join(',');
}

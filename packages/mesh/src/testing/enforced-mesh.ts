/** istiod's translation and real ztunnels in one process: policies in, answers of the data plane out. */
import { HbonePool } from '@meshbed/hbone';
import { fromBinary } from '@bufbuild/protobuf';
import { once } from 'node:events';
import { strictPolicy } from '../istiod/authorization/peer-authentication.ts';
import { translatePolicies } from '../istiod/authorization/policies.ts';
import type { AuthorizationPolicy, PeerAuthentication, Pod } from '../istiod/objects.ts';
import { translateAddresses } from '../istiod/wds/translate.ts';
import { AuthorizationSchema } from '../proto/gen/istio/authorization_pb.ts';
import { AddressSchema } from '../proto/gen/istio/workload_pb.ts';
import { ResourceType, type Watch } from '../xds/index.ts';
import { watchesOf } from '../ztunnel/state/watches.ts';
import { echoApplication, MeshWorld, type TestMember, workloadOf } from './mesh-world.ts';
import { type RandomPolicies, rootNamespace } from './policy-arbitraries.ts';

export interface PodFacts {
  name: string;
  namespace: string;
  ip: string;
  labels: Readonly<Record<string, string>>;
}

/** What the data plane did with a connection; the reason in the words of the destination's access log. */
export type Enforced = { verdict: 'allow' } | { verdict: 'deny'; reason: string };

export const identityOfPod = ({ namespace, name }: PodFacts): string =>
  `spiffe://cluster.local/ns/${namespace}/sa/${name}`;

const podObject = ({ name, namespace, ip, labels }: PodFacts): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels, annotations: { 'ambient.istio.io/redirection': 'enabled' } },
  spec: { serviceAccountName: name },
  status: { phase: 'Running', podIP: ip, conditions: [{ type: 'Ready', status: 'True' }] },
});

export class EnforcedMesh implements Disposable {
  readonly #world = new MeshWorld();
  readonly #members = new Map<string, TestMember>();
  readonly #pools = new Map<string, HbonePool>();
  readonly #types = [new ResourceType(AuthorizationSchema), new ResourceType(AddressSchema)] as const;
  readonly #watches: readonly Watch[] = watchesOf(this.#world.state);
  readonly #pods: readonly PodFacts[];

  private constructor(pods: readonly PodFacts[]) {
    this.#pods = pods;
  }

  static async start(pods: readonly PodFacts[], ports: readonly number[]): Promise<EnforcedMesh> {
    const mesh = new EnforcedMesh(pods);
    for (const { name, namespace, ip } of pods) {
      const member = await mesh.#world.join(workloadOf({ name, namespace, addresses: [ip], network: '' }));
      for (const port of ports) await echoApplication(member.network, port);
      mesh.#members.set(ip, member);
    }
    return mesh;
  }

  /** As istiod translates them, encoded as xDS carries them. */
  push({ policies, peerAuthentications }: RandomPolicies): void {
    const [authorizations, addresses] = this.#types;
    const translated = translatePolicies(policies as AuthorizationPolicy[], rootNamespace);
    const strict = strictPolicy(peerAuthentications as PeerAuthentication[], rootNamespace);
    if (strict) translated.messages.set(strict.key, strict.message);
    authorizations.replace(translated.messages);
    addresses.replace(
      translateAddresses({
        clusterId: 'Kubernetes',
        network: '',
        trustDomain: 'cluster.local',
        nodes: new Map(),
        pods: this.#pods.map(podObject),
        services: [],
        endpointSlices: [],
        serviceEntries: [],
        workloadEntries: [],
        gateways: [],
        policies: [...translated.selectors, ...(strict ? [strict] : [])],
      }),
    );
    for (const type of this.#types) this.#deliver(type);
  }

  #deliver(type: ResourceType): void {
    const watch = this.#watches.find(({ schema }) => schema.typeName === type.schema.typeName);
    for (const name of type.takeChanges()) {
      const resource = type.resources.get(name)?.resource;
      if (resource) watch?.apply(name, fromBinary(type.schema, resource.value));
      else watch?.remove(name);
    }
    watch?.settled?.();
  }

  /** A connection through HBONE, as the caller's own ztunnel would open it. */
  async tunnel(from: PodFacts, to: PodFacts, port: number): Promise<Enforced> {
    const refused = this.#refusals(to);
    try {
      const { stream } = await this.#pool(from).open({
        material: await this.#member(from).proxied.certificate.get(),
        address: { ip: to.ip, port: 15008 },
        expectedIdentities: [identityOfPod(to)],
        authority: { host: to.ip, port },
        headers: {},
        sourceIp: from.ip,
      });
      stream.end();
      stream.resume();
      await once(stream, 'close');
      return { verdict: 'allow' };
    } catch (error) {
      return refused(error);
    }
  }

  /** A connection of somebody without a proxy. */
  async plain(ip: string, to: PodFacts, port: number): Promise<Enforced> {
    const refused = this.#refusals(to);
    const outside = this.#world.network.workloads.get(ip) ?? this.#world.network.workload(ip);
    const socket = await outside.connect(to.ip, port);
    socket.resume();
    let answered = false;
    socket.on('data', () => (answered = true)).on('error', () => {});
    socket.end('x');
    await once(socket, 'close').catch(() => {});
    return answered ? { verdict: 'allow' } : refused(new Error('no answer, and no record of a refusal'));
  }

  /** The refusal that the destination records from now on. */
  #refusals({ ip }: PodFacts): (otherwise: unknown) => Enforced {
    const { access } = this.#members.get(ip)!;
    const before = new Set(access.recent);
    return (otherwise) => {
      const refusal = access.recent.find((record) => record.refusal && !before.has(record))?.refusal;
      if (!refusal) throw otherwise;
      return { verdict: 'deny', reason: refusal.reason };
    };
  }

  #member = ({ ip }: PodFacts): TestMember => this.#members.get(ip)!;

  #pool(from: PodFacts): HbonePool {
    const known = this.#pools.get(from.ip);
    if (known) return known;
    const { network } = this.#member(from);
    const dial = ({ ip, port }: { ip: string; port: number }) => network.connectDirect(ip, port);
    const pool = new HbonePool({ dial, clock: this.#world.clock });
    this.#pools.set(from.ip, pool);
    return pool;
  }

  [Symbol.dispose](): void {
    for (const pool of this.#pools.values()) pool[Symbol.dispose]();
    this.#world[Symbol.dispose]();
  }
}

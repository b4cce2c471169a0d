/** The node agent of ambient mode, as a program: puts pods into the mesh and takes them out. */
import { messageOf, type NodeHost, type Program, type ProgramContext } from '@meshbed/core';
import { inCluster, type Informer, type KubeApi, type KubeObject, resources } from '@meshbed/kube-client';
import { runUntilStopped } from '../lifetime.ts';
import type { Pod } from '../istiod/objects.ts';
import { serveHttp } from '../ztunnel/admin/http.ts';
import { Enrolments } from './enrolment.ts';
import { isAmbient, redirectionAnnotation } from './membership.ts';

const readinessPort = 8000;

export const installCni: Program = (context) =>
  runUntilStopped(context, async (stack) => {
    const { node, network } = context;
    if (!node) throw new Error('install-cni needs a node: it does not run in a pod');
    const api = stack.use(inCluster(context));
    const agent = stack.use(new NodeAgent(context, node, api));
    const pending = () => (agent.synced ? { status: 200, body: 'ok\n' } : { status: 503, body: 'not synced\n' });
    stack.use(await serveHttp({ network, port: readinessPort, loopback: false }, pending));
    await agent.ready;
    context.setHealthy(true);
  });

/** Compares the node's pods with what the API says about them, on every change of either. */
class NodeAgent implements Disposable {
  synced = false;
  readonly ready: Promise<void>;
  readonly #context: ProgramContext;
  readonly #node: NodeHost;
  readonly #api: KubeApi;
  readonly #enrolments: Enrolments;
  readonly #namespaces: Informer<KubeObject>;
  readonly #pods: Informer<Pod>;
  readonly #changes: Disposable;

  constructor(context: ProgramContext, node: NodeHost, api: KubeApi) {
    const { clock, signal, env } = context;
    const onChange = () => this.#reconcile();
    const onProblem = (problem: string) => context.log(`watch: ${problem}`);
    const nodeName = env['KUBERNETES_NODE_NAME'] ?? env['NODE_NAME'] ?? node.name;
    this.#context = context;
    this.#node = node;
    this.#api = api;
    this.#enrolments = Enrolments.of(node);
    this.#namespaces = api.informer(resources.namespaces, { clock, signal, onChange, onProblem });
    this.#pods = api.informer<Pod>(resources.pods, {
      clock,
      signal,
      onChange,
      onProblem,
      fieldSelector: `spec.nodeName=${nodeName}`,
    });
    this.#changes = node.onChange(onChange);
    this.ready = this.#start();
  }

  [Symbol.dispose](): void {
    this.#changes[Symbol.dispose]();
  }

  async #start(): Promise<void> {
    await Promise.all([this.#namespaces.synced, this.#pods.synced]);
    this.synced = true;
    this.#reconcile();
  }

  #reconcile(): void {
    if (!this.synced) return;
    const running = new Map(this.#node.pods().map((pod) => [pod.uid, pod]));
    const wanted = new Map(
      [...this.#pods.objects.values()].filter((pod) => this.#isWanted(pod)).map((pod) => [pod.metadata.uid ?? '', pod]),
    );
    for (const [uid, pod] of wanted) {
      const local = running.get(uid);
      if (local && !this.#enrolments.has(uid)) void this.#enrol(pod, local.network);
    }
    for (const uid of this.#enrolments.uids) {
      if (!wanted.has(uid) || !running.has(uid)) void this.#withdraw(uid);
    }
  }

  #isWanted(pod: Pod): boolean {
    return isAmbient(pod, this.#namespaces.get(pod.metadata.namespace ?? ''));
  }

  async #enrol(pod: Pod, network: Parameters<Enrolments['add']>[0]['network']): Promise<void> {
    const { namespace = '', name, uid = '' } = pod.metadata;
    const serviceAccount = pod.spec.serviceAccountName ?? 'default';
    try {
      await this.#enrolments.add({ uid, namespace, name, serviceAccount, network });
      await this.#annotate(pod, 'enabled');
      this.#context.log(`pod ${namespace}/${name} is in the mesh`);
    } catch (error) {
      this.#context.log(`pod ${namespace}/${name}: ${messageOf(error)}`);
    }
  }

  async #withdraw(uid: string): Promise<void> {
    const local = this.#node.pods().find((pod) => pod.uid === uid);
    const pod = [...this.#pods.objects.values()].find(({ metadata }) => metadata.uid === uid);
    await this.#enrolments.remove(uid);
    if (local) local.network.redirect = undefined;
    if (!pod || pod.metadata.deletionTimestamp !== undefined) return;
    await this.#annotate(pod, null).catch((error: unknown) =>
      this.#context.log(`pod ${pod.metadata.name}: ${messageOf(error)}`),
    );
  }

  /** istiod takes the annotation as the sign that the pod speaks HBONE. */
  async #annotate(pod: Pod, value: 'enabled' | null): Promise<void> {
    if ((pod.metadata.annotations?.[redirectionAnnotation] ?? null) === value) return;
    await this.#api.mergePatch(pod, { metadata: { annotations: { [redirectionAnnotation]: value } } });
  }
}

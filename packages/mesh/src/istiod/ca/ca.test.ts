import { X509Certificate } from 'node:crypto';
import { virtualClock } from '@meshbed/core';
import { Authority, createKeyPair, privateKeyPem } from '@meshbed/x509';
import { expect, test } from 'vitest';
import { resources } from '@meshbed/kube-client';
import { FakeKube } from '@meshbed/kube-client/testing';
import type { ConfigMap, Secret } from '../objects.ts';
import { loadAuthority } from './authority.ts';
import { distributeRoot } from './root-certificates.ts';
import { serverCertificate } from './server-certificate.ts';

const clock = virtualClock(1_800_000_000_000);
const namespace = 'istio-system';
const load = (kube: FakeKube) => loadAuthority({ api: kube.api(), clock, namespace, log: () => {} });
const encoded = (files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text).toString('base64')]));

function pluggedIn(validDays = 1825) {
  const madeMs = clock.now() - (validDays < 0 ? -2 * validDays * 86_400_000 : 0);
  const root = new Authority({ commonName: 'root', nowMs: madeMs });
  const keys = createKeyPair();
  const signing = new Authority({ commonName: 'eks', nowMs: madeMs, keys, validDays: Math.abs(validDays) }, root);
  const files = {
    'ca-cert.pem': signing.certificatePem,
    'ca-key.pem': privateKeyPem(keys.privateKey),
    'cert-chain.pem': signing.certificatePem + root.certificatePem,
    'root-cert.pem': root.rootPem,
  };
  return { root, files };
}

test('authority: makes its own when there is none, and finds it again after a restart', async () => {
  await using kube = await FakeKube.start();
  const first = await load(kube);
  expect(kube.get<Secret>(resources.secrets, 'istio-ca-secret', namespace)?.type).toBe('istio.io/ca-root');
  expect((await load(kube)).rootPem).toBe(first.rootPem);
});

test('authority: two that start at once end with one root', async () => {
  await using kube = await FakeKube.start();
  const [one, two] = await Promise.all([load(kube), load(kube)]);
  expect(one.rootPem).toBe(two.rootPem);
});

test('authority: secret cacerts goes before its own; the chain ends below the root', async () => {
  await using kube = await FakeKube.start();
  const { root, files } = pluggedIn();
  kube.put(resources.secrets, { metadata: { name: 'cacerts', namespace }, data: encoded(files) });
  const issuer = await load(kube);
  expect(issuer.rootPem).toBe(root.rootPem);
  expect(issuer.intermediatesPem).toEqual([files['ca-cert.pem']]);
});

test('authority: an incomplete or wrong cacerts is an error that names what is wrong', async () => {
  await using kube = await FakeKube.start();
  const { 'ca-key.pem': _, ...incomplete } = pluggedIn().files;
  kube.put(resources.secrets, { metadata: { name: 'cacerts', namespace }, data: encoded(incomplete) });
  await expect(load(kube)).rejects.toThrow('secret istio-system/cacerts lacks ca-key.pem');
  const wrong = { ...pluggedIn().files, 'ca-key.pem': privateKeyPem(createKeyPair().privateKey) };
  kube.put(resources.secrets, { metadata: { name: 'cacerts', namespace }, data: encoded(wrong) });
  await expect(load(kube)).rejects.toThrow('does not belong');
  const foreign = { ...pluggedIn().files, 'root-cert.pem': pluggedIn().root.rootPem };
  kube.put(resources.secrets, { metadata: { name: 'cacerts', namespace }, data: encoded(foreign) });
  await expect(load(kube)).rejects.toThrow('root-cert.pem does not hold the root of ca-cert.pem');
  kube.put(resources.secrets, { metadata: { name: 'cacerts', namespace }, data: encoded(pluggedIn(-1).files) });
  await expect(load(kube)).rejects.toThrow(/secret istio-system\/cacerts: .*CN=eks expired on /s);
});

test('server certificate: the names of its service and of what exposes it', async () => {
  await using kube = await FakeKube.start();
  const exposedAs = ['lb.example', '203.0.113.9'];
  const { cert } = serverCertificate(await load(kube), { namespace, exposedAs, nowMs: clock.now() });
  const names = new X509Certificate(cert).subjectAltName;
  for (const name of ['DNS:istiod.istio-system.svc', 'DNS:lb.example', 'IP Address:203.0.113.9'])
    expect(names).toContain(name);
});

test('root certificates: into every namespace that stays, written only where it differs', async () => {
  await using kube = await FakeKube.start();
  using api = kube.api();
  const namespaces = [{ metadata: { name: 'a' } }, { metadata: { name: 'b', deletionTimestamp: 'now' } }].map(
    (each) => ({ apiVersion: 'v1', kind: 'Namespace', ...each }),
  );
  const configMaps = () =>
    new Map(
      kube
        .list<ConfigMap>(resources.configMaps)
        .map((each) => [`${each.metadata.namespace}/${each.metadata.name}`, each]),
    );
  await distributeRoot(api, 'PEM', { namespaces, configMaps: configMaps() });
  expect([...configMaps().keys()]).toEqual(['a/istio-ca-root-cert']);
  kube.requests.length = 0;
  await distributeRoot(api, 'PEM', { namespaces, configMaps: configMaps() });
  expect(kube.requests).toEqual([]);
  await distributeRoot(api, 'NEW', { namespaces, configMaps: configMaps() });
  expect(configMaps().get('a/istio-ca-root-cert')?.data).toEqual({ 'root-cert.pem': 'NEW' });
});

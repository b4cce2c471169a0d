import { createKeyPair, publicKeyDer, Authority } from '@meshbed/x509';
import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { alternativeNames } from './alternative-names.ts';
import { formatIdentity, identitiesOf, parseIdentity } from './index.ts';

const authority = new Authority({ commonName: 'root', nowMs: 1_700_000_000_000 });

function certificate(names: { uris?: string[]; dns?: string[] }): X509Certificate {
  const publicKey = publicKeyDer(createKeyPair().publicKey);
  return new X509Certificate(authority.issue({ publicKey, names, ttlMs: 3_600_000, nowMs: 1_700_000_000_000 }));
}

describe('parseIdentity', () => {
  test('identity: what it formats it parses', () => {
    const identity = { trustDomain: 'cluster.local', namespace: 'default', serviceAccount: 'ecs-demo-sa-local' };
    expect(parseIdentity(formatIdentity(identity))).toEqual(identity);
  });

  test.each([
    'cluster.local/ns/a/sa/b',
    'spiffe://cluster.local/ns/a/sa/b/c',
    'spiffe://cluster.local/namespace/a/sa/b',
    'spiffe:///ns/a/sa/b',
    'spiffe://cluster.local/ns//sa/b',
    'spiffe://cluster.local/ns/a/sa/b ',
    'spiffe://cluster.local/ns/a/sa/b\n',
    'spiffe://cluster.local/ns/a/sa/%62',
    'https://cluster.local/ns/a/sa/b',
  ])('identity: %j is none', (uri) => {
    expect(parseIdentity(uri)).toBeUndefined();
  });
});

describe('identitiesOf', () => {
  const a = 'spiffe://cluster.local/ns/default/sa/a';
  const b = 'spiffe://cluster.local/ns/default/sa/b';
  test.each([
    ['one name', { uris: [a] }, [a]],
    ['two names keep their order', { uris: [b, a] }, [b, a]],
    ['names of other kinds are skipped', { dns: ['x'], uris: [a] }, [a]],
    ['a URI in a DNS name is no identity', { dns: [`URI:${a}`] }, []],
    ['a second name smuggled in by a comma', { uris: [`${b}, URI:${a}`] }, []],
    ['a name smuggled in behind a quote', { uris: [`${b}", URI:${a}`] }, []],
    ['no names', {}, []],
  ])('certificate: %s', (_, names, expected) => {
    expect(identitiesOf(certificate(names)).map(formatIdentity)).toEqual(expected);
  });
});

describe('alternativeNames', () => {
  test.each(['URI', 'URI:"a', 'URI:a,URI:b', 'URI:a, ', 'URI:"\\x"', ', URI:a'])(
    'unreadable text: %j gives no names',
    (text) => {
      expect(alternativeNames(text)).toEqual([]);
    },
  );
});

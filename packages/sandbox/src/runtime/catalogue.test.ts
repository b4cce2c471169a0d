import { expect, test } from 'vitest';
import { image } from '../testing/world.ts';
import { Catalogue, registryOf } from './catalogue.ts';

const program = () => Promise.resolve(0);
const catalogue = new Catalogue([
  image('curlimages/curl', program),
  image('web', program),
  image('gcr.io/istio-testing/app', program),
  { ...image('ztunnel', program), anyRegistry: true },
]);

test.each([
  ['curlimages/curl:latest', 'curlimages/curl', 'registry-1.docker.io'],
  ['docker.io/curlimages/curl', 'curlimages/curl', 'registry-1.docker.io'],
  ['web:1', 'web', 'registry-1.docker.io'],
  ['docker.io/library/web', 'web', 'registry-1.docker.io'],
  ['gcr.io/istio-testing/app:1.29@sha256:12', 'gcr.io/istio-testing/app', 'gcr.io'],
  ['localhost:5000/mesh/ztunnel:1', 'ztunnel', 'localhost:5000'],
  ['ztunnel', 'ztunnel', 'registry-1.docker.io'],
  ['quay.io/curlimages/curl', undefined, 'quay.io'],
  ['quay.io/other-ztunnel', undefined, 'quay.io'],
  ['other/web', undefined, 'registry-1.docker.io'],
])('catalogue: %s is %s of %s', (reference, name, registry) => {
  expect(catalogue.find(reference)?.name).toBe(name);
  expect(registryOf(reference)).toBe(registry);
});

test('catalogue: more images come first', () => {
  const more = image('web', program, 'other');
  expect(catalogue.with([more]).find('web')).toBe(more);
});

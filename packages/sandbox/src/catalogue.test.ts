import { expect, test } from 'vitest';
import { createCatalogue, type ImageMeaning } from './catalogue.ts';

const catalogue = (images: Record<string, ImageMeaning>) => createCatalogue({ images, machine: {} });

test('catalogue: an image of the user stands for a command, whatever its tag', () => {
  const found = catalogue({ 'registry.test/shop:1.0': { command: ['node', 'shop.js'] } }).find(
    'registry.test/shop:2.0',
  );
  expect(found).toMatchObject({ name: 'registry.test/shop' });
});

test('catalogue: a mirror stands for the image that it mirrors', () => {
  const mirror = catalogue({ 'mirror.test/echo': { image: 'public.ecr.aws/j8r2p7b6/echo-server:latest' } });
  const original = mirror.find('public.ecr.aws/j8r2p7b6/echo-server');
  expect(mirror.find('mirror.test/echo:1')).toEqual({ ...original, name: 'mirror.test/echo', anyRegistry: false });
  expect(mirror.find('other.test/mirror.test/echo')).toBeUndefined();
});

test('catalogue: what stands for an unknown image is refused', () => {
  expect(() => catalogue({ 'mirror.test/echo': { image: 'nobody/knows' } })).toThrow(
    "the image mirror.test/echo stands for nobody/knows, which the sandbox doesn't have",
  );
});

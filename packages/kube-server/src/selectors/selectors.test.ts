import { describe, expect, test } from 'vitest';
import type { LabelSelector } from '../objects/index.ts';
import { formatSelector, matchesSelector, parseFieldSelector, parseLabelSelector } from './index.ts';

describe('label selector', () => {
  test.each([
    ['', {}, true],
    ['app=web', { app: 'web' }, true],
    ['app==web', { app: 'db' }, false],
    ['app!=web', {}, true],
    ['app!=web', { app: 'web' }, false],
    ['app', { app: '' }, true],
    ['!app', { app: 'web' }, false],
    ['tier in (a, b)', { tier: 'b' }, true],
    ['tier in (a,b)', {}, false],
    ['tier notin (a,b)', {}, true],
    ['tier notin (a,b),app=web', { tier: 'a', app: 'web' }, false],
    ['istio.io/mode=ambient', { 'istio.io/mode': 'ambient' }, true],
  ])('%s on %o: %s', (selector, labels, matches) => {
    expect(parseLabelSelector(selector)(labels)).toBe(matches);
  });

  test('refuses what it can not read', () => {
    expect(() => parseLabelSelector('a in b')).toThrow('unable to parse requirement: "a in b"');
  });

  test.each<[LabelSelector | undefined, boolean, string]>([
    [undefined, false, ''],
    [{}, true, ''],
    [{ matchLabels: { app: 'web' } }, true, 'app=web'],
    [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] }, true, 'app in (web)'],
    [{ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, false, 'app notin (web)'],
    [{ matchExpressions: [{ key: 'x', operator: 'DoesNotExist' }] }, true, '!x'],
    [{ matchExpressions: [{ key: 'x', operator: 'Exists' }] }, false, 'x'],
  ])('object %o on app=web: %s', (selector, matches, text) => {
    expect(matchesSelector(selector, { app: 'web' })).toBe(matches);
    expect(formatSelector(selector)).toBe(text);
  });
});

describe('field selector', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', namespace: 'n', uid: '', resourceVersion: '', creationTimestamp: '' },
    status: { phase: 'Running' },
  };

  test.each([
    ['metadata.name=a', true],
    ['metadata.name!=a', false],
    ['metadata.namespace==n,status.phase=Running', true],
    ['spec.nodeName=', true],
    ['spec.hostNetwork=false', true],
  ])('%s: %s', (selector, matches) => {
    expect(parseFieldSelector(selector, 'pods')(pod)).toBe(matches);
  });

  test('refuses fields that the kind can not be selected by', () => {
    expect(() => parseFieldSelector('spec.replicas=1', 'deployments.apps')).toThrow(
      'field label not supported: spec.replicas',
    );
  });
});

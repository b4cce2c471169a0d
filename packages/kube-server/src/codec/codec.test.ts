import { describe, expect, test } from 'vitest';
import { checkFields, decodeProtobuf, parseBody } from './index.ts';

type Part = [number: number, value: number | string | Buffer | Part[]];

/** Enough of an encoder to build bodies as kubectl does. */
function encode(parts: readonly Part[]): Buffer {
  return Buffer.concat(
    parts.map(([number, value]) =>
      typeof value === 'number' ? Buffer.concat([varint(number << 3), varint(value)]) : sized(number, value),
    ),
  );
}

function sized(number: number, value: string | Buffer | Part[]): Buffer {
  const body = Array.isArray(value) ? encode(value) : Buffer.from(value);
  return Buffer.concat([varint((number << 3) | 2), varint(body.length), body]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    bytes.push(left < 128 ? left : (left % 128) | 128);
    if (left < 128) return Buffer.from(bytes);
  }
}

const body = (apiVersion: string, kind: string, message: Part[]) =>
  Buffer.concat([
    Buffer.from('k8s\0'),
    encode([
      [
        1,
        [
          [1, apiVersion],
          [2, kind],
        ],
      ],
      [2, encode(message)],
    ]),
  ]);

describe('protobuf', () => {
  test.each<[string, string, Part[], object]>([
    [
      'v1',
      'Namespace',
      [
        [
          1,
          [
            [1, 'a'],
            [8, []],
            [7, 0],
          ],
        ],
        [2, []],
        [3, []],
      ],
      { metadata: { name: 'a' }, spec: {}, status: {} },
    ],
    [
      'v1',
      'Secret',
      [
        [1, [[1, 's']]],
        [
          2,
          [
            [1, 'k'],
            [2, Buffer.from('v')],
          ],
        ],
        [3, 'Opaque'],
      ],
      { metadata: { name: 's' }, data: { k: 'dg==' }, type: 'Opaque' },
    ],
    [
      'v1',
      'ConfigMap',
      [
        [
          1,
          [
            [1, 'c'],
            [
              11,
              [
                [1, 'a'],
                [2, 'b'],
              ],
            ],
          ],
        ],
        [
          2,
          [
            [1, 'x'],
            [2, '1'],
          ],
        ],
        [
          2,
          [
            [1, 'y'],
            [2, '2'],
          ],
        ],
      ],
      { metadata: { name: 'c', labels: { a: 'b' } }, data: { x: '1', y: '2' } },
    ],
    [
      'v1',
      'Service',
      [
        [
          2,
          [
            [
              1,
              [
                [3, 80],
                [
                  4,
                  [
                    [1, 1],
                    [3, 'http'],
                  ],
                ],
                [5, 0],
              ],
            ],
            [4, 'ClusterIP'],
          ],
        ],
      ],
      { spec: { ports: [{ port: 80, targetPort: 'http' }], type: 'ClusterIP' } },
    ],
    [
      'apps/v1',
      'Deployment',
      [
        [
          2,
          [
            [1, 0],
            [
              3,
              [
                [
                  2,
                  [
                    [
                      2,
                      [
                        [1, 'c'],
                        [2, 'nginx'],
                        [
                          6,
                          [
                            [2, 0],
                            [3, 80],
                          ],
                        ],
                        [8, []],
                      ],
                    ],
                  ],
                ],
              ],
            ],
            [7, 0],
          ],
        ],
        [3, [[2, 0]]],
      ],
      {
        spec: {
          replicas: 0,
          template: {
            spec: { containers: [{ name: 'c', image: 'nginx', ports: [{ containerPort: 80 }], resources: {} }] },
          },
        },
      },
    ],
    [
      'networking.k8s.io/v1',
      'Ingress',
      [
        [
          2,
          [
            [
              3,
              [
                [1, 'a.com'],
                [
                  2,
                  [
                    [
                      1,
                      [
                        [
                          1,
                          [
                            [1, '/'],
                            [3, 'Exact'],
                          ],
                        ],
                      ],
                    ],
                  ],
                ],
              ],
            ],
          ],
        ],
      ],
      { spec: { rules: [{ host: 'a.com', http: { paths: [{ path: '/', pathType: 'Exact' }] } }] } },
    ],
  ])('%s %s', (apiVersion, kind, message, expected) => {
    expect(decodeProtobuf(body(apiVersion, kind, message))).toEqual({ apiVersion, kind, ...expected });
  });

  test.each<[string, Buffer, string]>([
    ['no magic', Buffer.from('{}'), 'not a Kubernetes protobuf object'],
    [
      'unknown kind',
      body('batch/v1', 'ClusterTrustBundle', []),
      'protobuf bodies of kind ClusterTrustBundle are not supported',
    ],
    ['unknown field', body('v1', 'Namespace', [[9, 'x']]), 'protobuf field 9 of Namespace is not supported'],
    ['JSON only', body('apps/v1', 'StatefulSet', [[2, [[1, 1]]]]), 'only supported in JSON'],
    ['truncated', body('v1', 'Namespace', []).subarray(0, 5), 'truncated'],
  ])('refuses: %s', (_name, bytes, message) => {
    expect(() => decodeProtobuf(bytes)).toThrow(message);
  });
});

describe('bodies', () => {
  test.each([
    ['application/json', '{"a":1}', { a: 1 }],
    ['application/json; charset=utf-8', '{}', {}],
    ['application/yaml', 'a: yes\nb: 2020-01-01\nc: 1:30\n', { a: true, b: '2020-01-01', c: '1:30' }],
    ['application/apply-patch+yaml', '{"a": [1]}', { a: [1] }],
  ])('%s: %s', (type, text, expected) => {
    expect(parseBody(Buffer.from(text), type)).toEqual(expected);
  });

  test.each([
    ['text/plain', 'a', 'the body of the request was in an unknown format'],
    ['application/json', '{', 'the object provided is unrecognized'],
    ['application/yaml', 'a: [', 'error decoding YAML'],
  ])('refuses %s: %s', (type, text, message) => {
    expect(() => parseBody(Buffer.from(text), type)).toThrow(message);
  });
});

describe('fields of built-in kinds', () => {
  const deployment = (container: object, spec: object = {}) => ({
    kind: 'Deployment',
    metadata: { name: 'a' },
    spec: { template: { spec: { containers: [container] } }, ...spec },
  });

  test.each<[string, object, object]>([
    ['known', deployment({ name: 'c', readinessProbe: { httpGet: { port: 'http' } } }), { unknown: [], wrongType: [] }],
    [
      'unknown',
      deployment({ imagee: 'x' }, { foo: 1 }),
      { unknown: ['spec.template.spec.containers[0].imagee', 'spec.foo'], wrongType: [] },
    ],
    [
      'wrong type',
      deployment({ ports: [{ containerPort: '80' }] }, { replicas: 'x' }),
      {
        unknown: [],
        wrongType: [
          'json: cannot unmarshal string into Go struct field ContainerPort.spec.template.spec.containers.ports.containerPort of type int32',
          'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
        ],
      },
    ],
    [
      'label that is a number',
      { metadata: { labels: { a: 1 } } },
      {
        unknown: [],
        wrongType: ['json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string'],
      },
    ],
  ])('%s', (_name, object, expected) => {
    expect(checkFields('Deployment', object as Record<string, unknown>)).toEqual(expected);
  });

  test('takes unknown fields out', () => {
    const object = deployment({ name: 'c', imagee: 'x' });
    checkFields('Deployment', object);
    expect(object.spec.template.spec.containers).toEqual([{ name: 'c' }]);
  });
});

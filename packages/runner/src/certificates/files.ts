import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesName } from '../scenario/types.ts';

/** A certificate and its private key, in PEM. The key is undefined where only the certificate is kept. */
export interface CertificateFiles {
  certificatePem: string;
  privateKeyPem: string | undefined;
}

/** Whose: the root's, or the intermediate's of a cluster. */
export type Holder = 'root' | KubernetesName;

const names = (holder: Holder) => {
  const folder = holder === 'root' ? '' : holder;
  const name = holder === 'root' ? 'root' : 'ca';
  return { folder, certificate: join(folder, `${name}-cert.pem`), key: join(folder, `${name}-key.pem`) };
};

/** Certificates of one environment: `root-cert.pem`, `root-key.pem`, `eks/ca-cert.pem`, `eks/ca-key.pem`, … */
export class CertificateFolder {
  readonly path: string;

  /** @param workDir the runner's own; every environment has its own root. */
  constructor(workDir: string, clusterName: string) {
    this.path = join(workDir, 'certificates', clusterName);
  }

  /** Undefined when there is no certificate. */
  read(holder: Holder): CertificateFiles | undefined {
    const { certificate, key } = names(holder);
    const certificatePem = contentOf(join(this.path, certificate));
    return certificatePem === undefined
      ? undefined
      : { certificatePem, privateKeyPem: contentOf(join(this.path, key)) };
  }

  /** The key first: a certificate without it would look as if somebody kept it elsewhere. */
  write(holder: Holder, { certificatePem, privateKeyPem }: CertificateFiles): void {
    const { folder, certificate, key } = names(holder);
    mkdirSync(join(this.path, folder), { recursive: true, mode: 0o700 });
    if (privateKeyPem !== undefined) replace(join(this.path, key), privateKeyPem, 0o600);
    replace(join(this.path, certificate), certificatePem, 0o644);
  }
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** All or nothing, and never readable by others, whatever was there. */
function replace(file: string, content: string, mode: number): void {
  const aside = `${file}.new`;
  writeFileSync(aside, content, { mode });
  chmodSync(aside, mode);
  renameSync(aside, file);
}

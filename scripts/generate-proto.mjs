// Regenerates packages/mesh/src/proto/gen from the .proto files. Run by hand after editing one; the result is committed,
// because the generator brings 130 MB that nobody else needs. Reproducible byte for byte.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../packages/mesh/src/proto', import.meta.url));
const template = {
  version: 'v2',
  plugins: [
    { local: 'protoc-gen-es', out: `${folder}/gen`, opt: ['target=ts', 'import_extension=ts', 'erasable_syntax=true'] },
  ],
};
const tools = ['@bufbuild/buf@1.75.0', '@bufbuild/protoc-gen-es@2.17.0'].map((tool) => `--package=${tool}`);
const command = ['buf', 'generate', folder, '--template', JSON.stringify(template)];

rmSync(new URL('../packages/mesh/src/proto/gen', import.meta.url), { recursive: true, force: true });
const { status } = spawnSync('npm', ['exec', '--yes', ...tools, '--', ...command], { stdio: 'inherit' });
process.exitCode = status ?? 1;

import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { writeAwsModels } from './aws-models.ts';
import { quoted, writeCommand } from './index.ts';

/** Releases that read neither `endpoint_url` of a profile nor AWS_ENDPOINT_URL: before 1.29 and 2.13. */
const withoutEndpoints = ['1.[0-9].*', '1.1[0-9].*', '1.2[0-8].*', '2.[0-9].*', '2.1[0-2].*'];

/** Releases from before EKS Pod Identity, or from about then: what they know already stays as it is. */
const withoutPodIdentity = ['1.[0-9].*', '1.1[0-9].*', '1.2[0-9].*', '1.3[01].*', '2.[0-9].*', '2.1[0-4].*'];

/**
 * Puts an `aws` before the one that is installed on the PATH: it answers `sso login`, which profiles with keys have no
 * need of; tells a CLI too old for endpoint configuration where the APIs are, and one from before EKS Pod Identity of
 * its calls. The version is asked for with the first call, since that takes as long as any call. Nothing happens when
 * no CLI is installed.
 */
export function wrapAws(folder: string, { path, endpoint }: { path: string; endpoint: string }): void {
  const real = findOnPath(
    'aws',
    path.split(delimiter).filter((each) => each !== folder),
  );
  if (real === undefined) return;
  const version = quoted(join(folder, '.aws-version'));
  const models = join(folder, '.aws-models');
  writeAwsModels(models);
  writeCommand(
    join(folder, 'aws'),
    `case " $* " in
  *" sso login "* | *" sso logout "*)
    echo "Nothing to log into: the profiles of the sandbox have keys of their own."
    exit 0 ;;
esac
if [ ! -e ${version} ]; then
  ${quoted(real)} --version > ${version}.$$ 2>&1
  mv ${version}.$$ ${version}
fi
case $(cat ${version}) in
  ${pattern(withoutPodIdentity)}) export AWS_DATA_PATH=${quoted(models)} ;;
esac
case $(cat ${version}) in
  ${pattern(withoutEndpoints)}) exec ${quoted(real)} --endpoint-url ${quoted(endpoint)} "$@" ;;
esac
exec ${quoted(real)} "$@"`,
  );
}

const pattern = (releases: readonly string[]) => releases.map((release) => `aws-cli/${release}`).join(' | ');

/** The command that a shell would run. */
function findOnPath(name: string, folders: readonly string[]): string | undefined {
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

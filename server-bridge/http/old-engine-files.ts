import { revisionOf } from './shell-files.ts';
import type { ShellFile, ShellFiles } from './shell-files.ts';

/** The programs that are the first in a page or a worker. */
const firstPrograms = ['/shell.js', '/host.js', '/realm.js', '/sw.js'];

/**
 * The shell's files as old engines get them: what runs first anywhere begins with the polyfills. So no other engine
 * pays for them with a byte, and their digests, offline copies and the policies need no rule of their own.
 */
export function withPolyfills(files: ShellFiles): ShellFiles {
  const whole = async (file: ShellFile): Promise<ShellFile> => {
    const polyfills = firstPrograms.includes(file.path) ? await files.read('/polyfills.js') : undefined;
    if (polyfills === undefined) return file;
    const bytes = Buffer.concat([polyfills.bytes, Buffer.from('\n'), file.bytes]);
    return { ...file, bytes, revision: revisionOf(bytes) };
  };
  return {
    async read(path) {
      const file = await files.read(path);
      return file && whole(file);
    },
    list: async () => Promise.all((await files.list()).map(whole)),
  };
}

import { readdirSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { join } from 'node:path';

/**
 * Calls back after any change below a folder, until the process ends; several changes may be told as one. Each folder
 * has a watcher of its own, made anew after each change: Node's recursive one on Linux loses files that an editor has
 * replaced, which is how most editors save.
 */
export function watchTree(directory: string, onChange: () => void): void {
  let watchers: readonly FSWatcher[] = [];
  const begin = (): void => {
    for (const watcher of watchers) watcher.close();
    watchers = foldersOf(directory).map((folder) => watch(folder, changed));
  };
  const changed = (): void => {
    begin();
    onChange();
  };
  begin();
}

function foldersOf(directory: string): readonly string[] {
  const inside = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name));
  return [directory, ...inside];
}

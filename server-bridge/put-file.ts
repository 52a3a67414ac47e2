import { open, rename } from 'node:fs/promises';

/**
 * Puts a file in the place of the one that is there, its owner's alone: whoever reads finds the one or the other, whole.
 * Which one outlives a power loss is sure once the directory is synced. Rejects with what the disk says.
 */
export async function putFile(path: string, content: string | Uint8Array): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

import { readFile } from 'node:fs/promises';

/** A file's text, or `undefined` when there is no such file. Every other failure is thrown. */
export async function readFileIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
}

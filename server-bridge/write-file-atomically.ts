import { open, rename } from 'node:fs/promises';

/** Replaces a file: afterwards it is durable and whole, or the former one still is there. */
export async function writeFileAtomically(path: string, text: string, mode: number = 0o644): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, 'w', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

import { TestudoError } from '@testudo/fabric/error';

import { readFileIfThere } from './read-file-if-there.ts';

/**
 * What a JSON file of ours holds, or `undefined` when there is no such file.
 * @param remedy what becomes of it when somebody removes the file, such as `it is made anew`
 * @throws TestudoError `CORRUPT` naming the file; it is left as it is
 */
export async function readJsonFile<T>(
  path: string,
  { parse, remedy }: { parse(value: unknown): T; readonly remedy: string },
): Promise<T | undefined> {
  const text = await readFileIfThere(path);
  if (text === undefined) return undefined;
  try {
    return parse(JSON.parse(text));
  } catch (cause) {
    throw new TestudoError('CORRUPT', `${path} is damaged; remove it: ${remedy}`, { cause });
  }
}

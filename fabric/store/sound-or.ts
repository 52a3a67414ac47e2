import { hasCode, type TestudoError } from '../error.ts';

/** What a reading comes to; of a damaged record, what is made of that. @throws whatever else the store throws */
export async function soundOr<T>(reading: Promise<T>, damaged: (error: TestudoError) => T): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (hasCode(error) && error.code === 'CORRUPT') return damaged(error);
    throw error;
  }
}

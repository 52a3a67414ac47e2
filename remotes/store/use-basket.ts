import type { AppPlatform } from '@testudo/fabric';
import { useEffect, useReducer } from 'react';
import type { Dispatch } from 'react';

import { nextBasket, toBasket } from './basket.ts';
import type { Basket, BasketAction } from './basket.ts';

/** The basket, kept on the device: it outlives a reload and a new build of this shop. */
export function useBasket(storage: AppPlatform['storage']): readonly [Basket, Dispatch<BasketAction>] {
  const [basket, change] = useReducer(nextBasket, null, () => stored(storage.get('basket')));
  useEffect(() => storage.set('basket', JSON.stringify(basket)), [storage, basket]);
  return [basket, change];
}

function stored(text: string | null): Basket {
  try {
    return toBasket(JSON.parse(text ?? '[]'));
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

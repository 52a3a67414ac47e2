import type { AppPlatform } from '@testudo/fabric';
import { useEffect, useReducer } from 'react';
import type { Dispatch } from 'react';

import { nextBasket, toBasket } from './basket.ts';
import type { Basket, BasketAction } from './basket.ts';
import { keep, recall } from './preference.ts';

/** The basket, kept on the device where that can be: it outlives a reload and a new build of this shop. */
export function useBasket(storage: AppPlatform['storage']): readonly [Basket, Dispatch<BasketAction>] {
  const [basket, change] = useReducer(nextBasket, storage, storedBasket);
  useEffect(() => void keep(storage, 'basket', JSON.stringify(basket)), [storage, basket]);
  return [basket, change];
}

/** The basket that was kept; an empty one where nothing is, or nothing can be read. */
function storedBasket(storage: AppPlatform['storage']): Basket {
  try {
    return toBasket(JSON.parse(recall(storage, 'basket') || '[]'));
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

import type { AppEvents, AppModels, AppShell, ObjectState, PlainRecord } from '@testudo/fabric';
import { useEffect, useState } from 'react';

import { shortIdOf } from './order.ts';
import { plainError, refusalError } from './plain-error.ts';
import type { PlainError } from './plain-error.ts';

/** Every object of a model, live; `null` until the first answer. */
export function useStates(models: AppModels, modelName: string): readonly ObjectState[] | null {
  const [states, setStates] = useState<readonly ObjectState[] | null>(null);
  useEffect(() => {
    const watching = models.get(modelName).watch(setStates);
    return () => watching.dispose();
  }, [models, modelName]);
  return states;
}

/** Whether the server can be reached, live. */
export function useOnline(shell: AppShell, events: AppEvents): boolean {
  const [isOnline, setOnline] = useState(shell.online);
  useEffect(() => {
    const watching = events.on((event) => !event.traced && setOnline(shell.online));
    setOnline(shell.online);
    return () => watching.dispose();
  }, [shell, events]);
  return isOnline;
}

/** A change that the authority refused, until it is dismissed. */
export interface RefusedChange {
  readonly id: string;
  readonly opId: string;
  readonly error: PlainError;
  /** what the change would have made of the order, where the host tells it */
  readonly changes: PlainRecord;
}

/** Refused changes of orders, asked for anew whenever one is refused or dismissed anywhere, and a way to dismiss one. */
export function useRefused(
  models: AppModels,
  events: AppEvents,
): readonly [readonly RefusedChange[], (opId: string) => void] {
  const [refused, setRefused] = useState<readonly RefusedChange[]>([]);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const watching = events.on(({ type }) => {
      if (type === 'refused' || type === 'dismissed') setAsked((times) => times + 1);
    });
    return () => watching.dispose();
  }, [events]);
  useEffect(() => {
    let isMounted = true;
    const show = (list: readonly RefusedChange[]) => isMounted && setRefused(list);
    models.refused().then(
      (list) => show(list.filter(isOrder).map(toChange)),
      (error: unknown) => show([unreadable(error)]),
    );
    return () => {
      isMounted = false;
    };
  }, [models, asked]);
  const dismiss = (opId: string) => {
    models.dismiss('order', opId).then(
      () => setAsked((times) => times + 1),
      (error: unknown) => setRefused((list) => [...list, unreadable(error)]),
    );
  };
  return [refused, dismiss];
}

type Refusal = Awaited<ReturnType<AppModels['refused']>>[number];

function isOrder({ modelName }: Refusal): boolean {
  return modelName === 'order';
}

function toChange({ id, opId, error, changes }: Refusal): RefusedChange {
  return { id, opId, error: refusalError(error, shortIdOf(id)), changes };
}

function unreadable(error: unknown): RefusedChange {
  return { id: '', opId: '', error: plainError(error), changes: {} };
}

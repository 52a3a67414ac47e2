import type { AppEvents, AppModels, AppShell, ObjectState, SyncStanding } from '@testudo/fabric';
import { useEffect, useState } from 'react';

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

/** How everything stands that was changed on this device, live; `null` until the first answer. */
export function useSync(models: AppModels): SyncStanding | null {
  const [sync, setSync] = useState<SyncStanding | null>(null);
  useEffect(() => {
    const watching = models.watchSync(setSync);
    return () => watching.dispose();
  }, [models]);
  return sync;
}

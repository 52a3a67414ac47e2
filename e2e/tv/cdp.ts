type Params = Readonly<Record<string, unknown>>;
type Answer = { readonly id?: number; readonly method?: string; readonly params?: Params } & Outcome;

interface Outcome {
  readonly result?: Params;
  readonly error?: { readonly message: string };
}

/** One target of a browser behind the DevTools protocol, with no library between: those have left old engines behind. */
export interface CdpSession {
  /** @throws Error naming the method when the browser refuses, or has gone */
  send(method: string, params?: Params): Promise<Params>;
  on(method: string, listener: (params: Params) => void): void;
  close(): void;
}

/** Opens the session at a target's `webSocketDebuggerUrl`. */
export async function openCdpSession(url: string): Promise<CdpSession> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error(`${url} could not be opened; is the browser still running?`));
  });
  const waiting = new Map<number, (outcome: Outcome) => void>();
  const listeners = new Map<string, ((params: Params) => void)[]>();
  let count = 0;
  socket.onmessage = ({ data }: MessageEvent<string>) => {
    const answer = JSON.parse(data) as Answer;
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
    else for (const listener of listeners.get(answer.method ?? '') ?? []) listener(answer.params ?? {});
  };
  socket.onclose = () => {
    for (const settle of waiting.values()) settle({ error: { message: 'the browser has gone' } });
  };
  return {
    send(method, params = {}) {
      return new Promise((resolve, reject) => {
        count += 1;
        const id = count;
        waiting.set(id, ({ result, error }) => {
          waiting.delete(id);
          if (error) reject(new Error(`${method}: ${error.message}`));
          else resolve(result ?? {});
        });
        if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ id, method, params }));
        else waiting.get(id)?.({ error: { message: 'the browser has gone' } });
      });
    },
    on: (method, listener) => void listeners.set(method, [...(listeners.get(method) ?? []), listener]),
    close: () => socket.close(),
  };
}

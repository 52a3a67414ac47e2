import { connect } from 'node:net';

import { frame, hello } from './mesh-frames.ts';
import { knock, rawFrame, rawWebSocket, type RawOptions, type RawWebSocket } from './raw-websocket.ts';

/** What an attacker process is told on its command line, as JSON. */
export interface AttackOrder extends RawOptions {
  readonly attack: AttackName;
}

/** What it found. */
export interface AttackOutcome {
  /** the close code or HTTP status by which it was sent away */
  readonly code: number;
  /** frames or fragments that went out */
  readonly sent: number;
  readonly tookMs: number;
  /** the body of an HTTP answer */
  readonly said: string;
}

export type AttackName = keyof typeof attacks;

/** An attack that has not ended by then is given up: the server did not close it. */
const MOST_MS = 60_000;

const pull = rawFrame(frame({ subject: 'sync.main.order.pull', body: { since: null, limit: 1000 } }));

type Found = Omit<AttackOutcome, 'tookMs' | 'said'> & { readonly said?: string };

/** Sends blocks of `perBlock` frames until a close code comes, the server hangs up, or all have gone. */
async function pour(peer: RawWebSocket, block: Buffer, perBlock: number, most = Infinity): Promise<Found> {
  let sent = 0;
  let isClosed = false;
  void peer.code.then(() => (isClosed = true));
  while (!isClosed && sent < most && (await peer.write(block))) sent += perBlock;
  return { code: await peer.code, sent };
}

const repeat = (bytes: Buffer, times: number): Buffer => Buffer.concat(Array.from({ length: times }, () => bytes));

async function refusedBy(options: RawOptions): Promise<Found> {
  const { socket, head, rest } = await knock(options);
  let said = rest.toString();
  socket.on('data', (chunk: Buffer) => (said += chunk.toString()));
  socket.once('end', () => socket.end());
  await new Promise((resolve) => socket.once('close', resolve));
  return { code: Number(head.split(' ')[1]), sent: 1, said };
}

const twoThousandHeaders = (): Record<string, string> =>
  Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`x${n}`, 'y']));

/** What the parent says when the server has given up on us. */
const parentSpeaks = (): Promise<unknown> => new Promise((resolve) => process.once('message', resolve));

const attacks = {
  /** publishes as fast as the line takes it, also after the close, until it is cut off */
  async flood(options: RawOptions): Promise<Found> {
    const peer = await rawWebSocket(options);
    const block = repeat(rawFrame(frame({ kind: 'publish', subject: 'sync.main.order.push' })), 500);
    const found = await pour(peer, block, 500);
    while (await peer.write(block));
    return found;
  },
  /** asks for what costs the server most, as fast as the line takes it, and reads the answers */
  async requests(options: RawOptions): Promise<Found> {
    const peer = await rawWebSocket(options);
    return pour(
      peer,
      repeat(rawFrame(frame({ subject: 'sync.main.order.push', body: { replica: 'x', ops: [] } })), 500),
      500,
    );
  },
  /** the largest frames that are allowed, as fast as the line takes them */
  async megabytes(options: RawOptions): Promise<Found> {
    const peer = await rawWebSocket(options);
    return pour(peer, rawFrame(frame({ kind: 'publish', body: 'x'.repeat(1_000_000) })), 1);
  },
  async fragments(options: RawOptions): Promise<Found> {
    const peer = await rawWebSocket(options);
    const block = repeat(rawFrame('x', { opcode: 0, fin: false }), 1000);
    await peer.write(rawFrame('x', { fin: false }));
    let sent = 0;
    while (sent < 1_000_000 && (await peer.write(block))) sent += 1000;
    return { code: await peer.code, sent };
  },
  async large(options: RawOptions): Promise<Found> {
    const peer = await rawWebSocket(options);
    return pour(peer, rawFrame('x'.repeat(2 * 1024 * 1024)), 1, 1);
  },
  /** asks for much and reads nothing until it was given up */
  async slow(options: RawOptions): Promise<Found> {
    const peer = await rawWebSocket(options);
    await peer.write(rawFrame(hello));
    peer.socket.pause();
    await peer.write(repeat(pull, 1000));
    process.send?.('paused');
    await parentSpeaks();
    peer.socket.resume();
    const code = await peer.code;
    return { code, sent: 1000 };
  },
  /** says hello; the parent then stops the whole process, so that no FIN is ever sent */
  async halfOpen(options: RawOptions): Promise<Found> {
    const peer = await rawWebSocket(options);
    await peer.write(rawFrame(hello));
    process.send?.('here');
    const code = await peer.code;
    return { code, sent: 1 };
  },
  silent: async (options: RawOptions): Promise<Found> => pour(await rawWebSocket(options), Buffer.alloc(0), 0, 0),
  headers: (options: RawOptions): Promise<Found> =>
    refusedBy({ ...options, headers: { ...options.headers, ...twoThousandHeaders() } }),
  /** connects and does not even ask */
  speechless({ url }: RawOptions): Promise<Found> {
    return new Promise((resolve) => {
      const { hostname, port } = new URL(url);
      const socket = connect(Number(port), hostname);
      let said = '';
      socket.on('data', (chunk: Buffer) => (said += chunk.toString()));
      socket.on('close', () => {
        const [head = '', body = ''] = said.split('\r\n\r\n');
        resolve({ code: Number(head.split(' ')[1]), sent: 0, said: body });
      });
    });
  },
};

async function run(): Promise<void> {
  const { attack, ...options } = JSON.parse(process.argv[2] ?? '{}') as AttackOrder;
  const startedAt = performance.now();
  setTimeout(() => process.exit(2), MOST_MS).unref();
  const found = await attacks[attack](options);
  const outcome: AttackOutcome = { said: '', ...found, tookMs: Math.round(performance.now() - startedAt) };
  process.send?.(outcome, () => process.exit(0));
}

if (import.meta.main) await run();

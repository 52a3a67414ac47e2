import { connect, type Socket } from 'node:net';

/** A WebSocket client that does as it is told: it answers no ping, sends any bytes, and goes on after a close. */
export interface RawWebSocket {
  readonly socket: Socket;
  /** Writes bytes and waits while the socket is full; `false` once it is closed. */
  write(bytes: Buffer): Promise<boolean>;
  /** The close code that the server sent; 1006 when the connection ended without one. */
  readonly code: Promise<number>;
  /** The connection is gone. */
  readonly ended: Promise<void>;
}

export interface RawOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const OPCODE_CLOSE = 8;

/** One masked frame; the mask is of zeros, so the payload stays readable. */
export function rawFrame(payload: Buffer | string, { opcode = 1, fin = true } = {}): Buffer {
  const body = Buffer.from(payload);
  const head = Buffer.alloc(body.length < 126 ? 2 : body.length < 65_536 ? 4 : 10);
  head[0] = (fin ? 0x80 : 0) | opcode;
  head[1] = 0x80 | (head.length === 2 ? body.length : head.length === 4 ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(body.length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(body.length), 2);
  return Buffer.concat([head, Buffer.alloc(4), body]);
}

/** Reads the server's frames, which are not masked, as far as they have come; gives the close code when it was said. */
function frameReader(): (chunk: Buffer) => number | undefined {
  let kept = Buffer.alloc(0);
  return (chunk) => {
    kept = Buffer.concat([kept, chunk]);
    for (;;) {
      if (kept.length < 2) return undefined;
      const short = (kept[1] ?? 0) & 0x7f;
      const start = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (kept.length < start) return undefined;
      const length = short < 126 ? short : short === 126 ? kept.readUInt16BE(2) : Number(kept.readBigUInt64BE(2));
      if (kept.length < start + length) return undefined;
      if (((kept[0] ?? 0) & 0x0f) === OPCODE_CLOSE) return length < 2 ? 1005 : kept.readUInt16BE(start);
      kept = kept.subarray(start + length);
    }
  };
}

function requestText({ url, headers }: RawOptions): string {
  const { host, pathname, search } = new URL(url);
  const all = {
    Host: host,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol': 'testudo.v1',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `GET ${pathname}${search} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

/** What an upgrade was answered: the head, and what came behind it. */
export function knock(options: RawOptions): Promise<{ socket: Socket; head: string; rest: Buffer }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(options.url);
    // It goes on writing when the server has said its last word.
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true }, () =>
      socket.write(requestText(options)),
    );
    let answered = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      answered = Buffer.concat([answered, chunk]);
      const end = answered.indexOf('\r\n\r\n');
      if (end < 0) return;
      socket.off('data', onData);
      resolve({ socket, head: answered.subarray(0, end).toString(), rest: answered.subarray(end + 4) });
    };
    socket.on('data', onData);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`${options.url} hung up before it answered`)));
  });
}

/** Opens the connection. @throws Error with the answer's head when it is not let in */
export async function rawWebSocket(options: RawOptions): Promise<RawWebSocket> {
  const { socket, head, rest } = await knock(options);
  if (!head.startsWith('HTTP/1.1 101 ')) throw new Error(head);
  const read = frameReader();
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const code = new Promise<number>((resolve) => {
    const take = (chunk: Buffer): void => {
      const said = read(chunk);
      if (said === undefined) return;
      socket.off('data', take);
      socket.resume();
      resolve(said);
    };
    socket.on('data', take);
    void ended.then(() => resolve(1006));
    if (rest.length > 0) take(rest);
  });
  // The server may cut the line while we write; that it ended is what we tell.
  socket.on('error', () => socket.destroy());
  return {
    socket,
    code,
    ended,
    async write(bytes) {
      if (socket.destroyed) return false;
      if (!socket.write(bytes)) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), ended]);
      return !socket.destroyed;
    },
  };
}

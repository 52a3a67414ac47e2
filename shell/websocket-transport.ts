import { TestudoError } from '@testudo/fabric/error';
import { PROTOCOL } from '@testudo/fabric/mesh/envelope';
import { socketLink } from '@testudo/fabric/mesh/socket-link';
import type { Link, Transport } from '@testudo/fabric/mesh/transport';

const OWN_CODE = 4000;
const UNSUPPORTED_DATA = 1003;

/** A browser may close with 1000 or a code of the application only. */
function closeCode(code: number): number {
  return code === 1000 || code >= 3000 ? code : OWN_CODE;
}

function openLink(socket: WebSocket): Link {
  const { link, receive, closed } = socketLink({
    send: (text) => socket.send(text),
    close: (code, reason) => socket.close(closeCode(code), reason),
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
  });
  socket.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (typeof data === 'string') receive(data);
    else link.close(UNSUPPORTED_DATA, 'testudo.v1 is text');
  };
  socket.onclose = ({ code, reason }) => closed({ code, reason });
  return link;
}

function connect(url: string, signal?: AbortSignal): Promise<Link> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const socket = new WebSocket(url, PROTOCOL);
    const abort = (): void => {
      reject(signal?.reason);
      socket.close();
    };
    signal?.addEventListener('abort', abort, { once: true });
    socket.onclose = ({ code }) => {
      signal?.removeEventListener('abort', abort);
      reject(new TestudoError('LINK_CLOSED', `${url} cannot be reached (close code ${code}); try again later`));
    };
    socket.onopen = () => {
      signal?.removeEventListener('abort', abort);
      resolve(openLink(socket));
    };
  });
}

/** Opens WebSocket links from a page or a worker to a mesh door; the browser sends the session's cookie by itself. */
export function websocketTransport({ url }: { readonly url: string }): Transport {
  return { kind: 'websocket', connect: (signal?: AbortSignal) => connect(url, signal) };
}

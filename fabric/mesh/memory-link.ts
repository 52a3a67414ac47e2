import type { EnvelopeText } from './envelope.ts';
import { linkInbox, type LinkInbox } from './link-inbox.ts';
import type { Link, LinkHandlers } from './transport.ts';

function endOf(own: LinkInbox, other: () => LinkInbox): Link {
  let bufferedBytes = 0;
  return {
    send(text: EnvelopeText): void {
      if (own.hasEnded) return;
      bufferedBytes += text.length;
      queueMicrotask(() => {
        bufferedBytes -= text.length;
        other().receive(text);
      });
    },
    listen(handlers: LinkHandlers): void {
      own.listen(handlers);
    },
    close(code: number, reason: string): void {
      if (own.hasEnded) return;
      own.endedHere({ code, reason });
      queueMicrotask(() => other().endedThere({ code, reason }));
    },
    get bufferedBytes(): number {
      return bufferedBytes;
    },
  };
}

/** Two ends of one link inside this process: delivers in later microtasks, in order, through the same text as a socket would. */
export function memoryLinkPair(): [Link, Link] {
  const left: LinkInbox = linkInbox(({ code, reason }) => leftEnd.close(code, reason));
  const right: LinkInbox = linkInbox(({ code, reason }) => rightEnd.close(code, reason));
  const leftEnd = endOf(left, () => right);
  const rightEnd = endOf(right, () => left);
  return [leftEnd, rightEnd];
}

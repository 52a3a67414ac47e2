/**
 * Compiled into every remote: its lazy chunks and style sheets come from the host, which verifies them, and its
 * assets from the folder that the host names. As `publicPath` is empty, a chunk's URL is its path in the sidecar.
 */
interface HostDoor {
  base(global: string): string;
  has(global: string, path: string): boolean;
  chunk(global: string, path: string): Promise<void>;
  css(global: string, path: string): Promise<void>;
}
type ChunkLoaded = (event: { type: string; target: { src: string } }) => void;
type CssHandler = (chunk: string | number, promises: Promise<void>[]) => void;

declare const __TESTUDO_GLOBAL__: string;
declare const __webpack_require__: {
  p: string;
  l: (url: string, done: ChunkLoaded) => void;
  k?: (chunk: string | number) => string;
  f?: { css?: CssHandler };
};

const door = (globalThis as unknown as Record<symbol, HostDoor>)[Symbol.for('testudo.host')]!;
const runtime = __webpack_require__;

runtime.p = door.base(__TESTUDO_GLOBAL__);
runtime.l = (url, done) => {
  const path = url.slice(runtime.p.length);
  door.chunk(__TESTUDO_GLOBAL__, path).then(
    () => done({ type: 'load', target: { src: path } }),
    (error: unknown) => done({ type: codeOf(error), target: { src: path } }),
  );
};

/** What becomes the `type` of rspack's `ChunkLoadError`: the code of the host's error. */
function codeOf(error: unknown): string {
  const { code } = (typeof error === 'object' && error !== null ? error : {}) as { code?: unknown };
  return typeof code === 'string' ? code : String(error);
}

function styles(pathOf: (chunk: string | number) => string): CssHandler {
  const pending: Record<string, Promise<void>> = {};
  return (chunk, promises) => {
    const path = pathOf(chunk);
    if (!door.has(__TESTUDO_GLOBAL__, path)) return;
    pending[path] ??= door.css(__TESTUDO_GLOBAL__, path).catch((error: unknown) => {
      delete pending[path];
      throw error;
    });
    promises.push(pending[path]);
  };
}

if (runtime.f && runtime.k) runtime.f.css = styles((chunk) => runtime.k!(chunk));

/** Module Federation's runtime asks each plugin module for a factory. */
export default (): { name: string } => ({ name: 'testudo-chunks' });

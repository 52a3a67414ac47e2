/** The demo's applications, as `bench-page.ts` builds them into a page without the shell. */
declare module 'bench-store' {
  export const bootstrap: Lifecycle;
  export const mount: Lifecycle;
  export const unmount: Lifecycle;
}

declare module 'bench-help' {
  export const bootstrap: Lifecycle;
  export const mount: Lifecycle;
  export const unmount: Lifecycle;
}

/** The same, as remotes of Module Federation. */
declare module 'help/app' {
  export const bootstrap: Lifecycle;
}

declare module 'store/app' {
  export const bootstrap: Lifecycle;
}

type Lifecycle = (props: object) => Promise<void>;

import type { Plan } from '../routing/plan.ts';
import type { Route } from '../routing/route.ts';
import type { SystemUi } from '../ui/system-ui.ts';

/** Says which applications were updated. */
export interface Updates {
  /** Another plan was taken over; an application on the screen keeps its build until it is shown again. */
  planned(
    former: Plan,
    plan: Plan,
    now: { readonly routes: readonly Route[]; readonly onScreen: readonly Route[]; reload(route: Route): void },
  ): void;
  /** An application was shown, with its planned build. */
  mounted(route: Route): void;
}

/** Quiet notices about updates: with a button where the former build is still on the screen. */
export function followUpdates(ui: Pick<SystemUi, 'showUpdated'>): Updates {
  const waiting = new Set<string>();
  return {
    planned(former, plan, { routes, onScreen, reload }) {
      for (const route of routes.filter(({ name }) => isChanged(former, plan, name))) {
        const isShown = onScreen.some(({ name }) => name === route.name);
        if (isShown) waiting.add(route.name);
        ui.showUpdated(route, isShown ? () => reload(route) : null);
      }
    },
    mounted(route) {
      if (waiting.delete(route.name)) ui.showUpdated(route, null);
    },
  };
}

function isChanged(former: Plan, plan: Plan, name: string): boolean {
  const before = buildIn(former, name);
  return before !== undefined && before !== buildIn(plan, name);
}

function buildIn({ remotes }: Plan, name: string): string | undefined {
  return remotes.find(({ remote }) => remote.name === name)?.remote.build;
}

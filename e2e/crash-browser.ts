/**
 * `npm run crash:browser -- --rounds 30`: a page writes orders and changes them, by turns offline and online, while every
 * process of its browser is killed with SIGKILL, again and again. Afterwards every acknowledged write must be at the
 * server, and none twice. Exit status 1 otherwise.
 */
import { conclude, roundsAsked } from './crash/command.ts';
import { worstAndMedian } from './crash/times.ts';
import { killBrowsers } from './killed-browser/kill-rounds.ts';
import { launch } from './launch.ts';

const rounds = roundsAsked(30);

const demo = await launch({ env: { TESTUDO_DEVICE: 'off' } });
try {
  const { acknowledged, lost, double, failed, killings } = await killBrowsers(demo, rounds);
  const ready = worstAndMedian(killings.map(({ readyMs }) => readyMs));
  const onDiskAlone = killings.filter(({ isOffline }) => isOffline).reduce((sum, life) => sum + life.acknowledged, 0);
  console.log(
    `crash:browser: every process of a browser killed ${rounds} times, ${acknowledged} acknowledged, ${onDiskAlone} of ` +
      `them on its disk alone; ${lost.length} lost, ${double.length} double, ${failed.length} failed; the first write ` +
      `after a start acknowledged after ${ready.text}`,
  );
  conclude([...lost, ...double, ...failed]);
} finally {
  await demo.stop();
}

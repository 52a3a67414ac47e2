/**
 * `npm run crash:tabs -- --rounds 30`: five tabs of one browser write orders and change them while the leading tab's
 * process crashes, again and again. Afterwards every acknowledged write must be at the server, and none twice.
 * Exit status 1 otherwise; how long it took is told, for it depends on the machine (goal: 3 s).
 */
import { conclude, roundsAsked } from './crash/command.ts';
import { crashLeaders } from './five-tabs/crash-rounds.ts';
import { worstAndMedian } from './crash/times.ts';
import { launch } from './launch.ts';

const rounds = roundsAsked(30);

const demo = await launch({ env: { TESTUDO_DEVICE: 'off' } });
try {
  const { acknowledged, lost, double, failed, crashes } = await crashLeaders(demo, rounds);
  const ready = worstAndMedian(crashes.map(({ readyMs }) => readyMs));
  const answered = worstAndMedian(crashes.map(({ answeredMs }) => answeredMs));
  const underWay = crashes.reduce((sum, crash) => sum + crash.underWay, 0);
  console.log(
    `crash:tabs: the leading of five tabs crashed ${rounds} times, ${acknowledged} acknowledged, ${lost.length} lost, ` +
      `${double.length} double, ${failed.length} failed; ready again after ${ready.text}; the ${underWay} calls under ` +
      `way elsewhere answered after ${answered.text}`,
  );
  conclude([...lost, ...double, ...failed]);
} finally {
  await demo.stop();
}

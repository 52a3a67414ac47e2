export { order } from './order.ts';
export { BUILD } from './build.ts';

export { payments } from './bank.ts';

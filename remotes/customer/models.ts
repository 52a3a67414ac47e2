export { customer } from './customer.ts';

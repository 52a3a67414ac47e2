import { nameFor, servePartner } from './serve-partner.ts';

await servePartner({
  name: 'bank',
  acts: {
    '/payments': { effect: 'first', answer: (key, paidAt) => ({ paymentId: nameFor('payment', key), paidAt }) },
    '/refunds': { effect: 'undone', answer: () => ({}) },
  },
});

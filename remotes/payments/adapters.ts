import type { Adapter, PortCall } from '@testudo/fabric';

import type { Bank, BankRequest } from './bank.ts';

/** Implements an order's port `completePayment` with the bank. */
export const completePayment: Adapter<Bank> = (bank) => (call) =>
  bank.pay({ ...requestOf(call), amountCents: call.model.fields['totalCents'] ?? 0 });

/** Implements `refundPayment`: the money goes back. */
export const refundPayment: Adapter<Bank> = (bank) => async (call) => {
  await bank.refund({ ...requestOf(call), paymentId: call.model.fields['paymentId'] ?? null });
  return {};
};

function requestOf({ model, idempotencyKey, signal }: PortCall): BankRequest {
  return { orderId: model.getId(), idempotencyKey, signal };
}

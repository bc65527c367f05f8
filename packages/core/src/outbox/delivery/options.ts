import type { DeliveryOptions } from '../../adapters/sender.ts'

/** The options of the delivery, with their defaults. */
export const withDefaults = ({
  maxCalls = 4,
  maxAttempts = 5,
  retryMillis = 200,
  maxRetryMillis = 30_000,
  lingerMillis = 100,
  maxPendingBytes = 16 * 1024 * 1024,
}: DeliveryOptions = {}): Required<DeliveryOptions> => ({
  maxCalls,
  maxAttempts,
  retryMillis,
  maxRetryMillis,
  lingerMillis,
  maxPendingBytes,
})

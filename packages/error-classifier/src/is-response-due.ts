import type { Batch } from '@lpipe/core'

/** Whether nothing but the response may still take time: if it is late, Lambda takes the whole batch for failed. */
export const isResponseDue = ({ deadline }: Batch): boolean => deadline.remainingMillis() <= deadline.responseMargin

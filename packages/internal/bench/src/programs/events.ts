import { lambdaContext, sqsEvent } from '@lpipe/testing'

export const event = sqsEvent(
  Array.from({ length: 10 }, (_, id) => ({ path: 'JOB', kwargs: { id: id + 1, name: 'Ada' } })),
)
export const context = lambdaContext()

import type { KinesisStreamEvent } from 'aws-lambda'

type Handler = (event: never, context: never) => unknown

/** Removes one record from each event until `count` records are lost: for the demo's own test. */
export const losing = (handler: Handler, count: number): Handler => {
  let left = count
  return ({ Records }: KinesisStreamEvent, context: never) => {
    if (left === 0 || Records.length < 2) return handler({ Records } as never, context)
    left -= 1
    return handler({ Records: Records.slice(1) } as never, context)
  }
}

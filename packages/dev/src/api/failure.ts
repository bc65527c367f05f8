import type { ApiError } from './types.ts'

/** A request that cannot be answered. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly status: 400 | 404 | 409
  readonly code: ApiError['error']['code']

  constructor(status: 400 | 404 | 409, message: string) {
    super(message)
    this.status = status
    this.code = ({ 400: 'bad-request', 404: 'not-found', 409: 'conflict' } as const)[status]
  }
}

/** @throws Failure if there is no such thing */
export const found = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Failure(404, `there is no ${what}`)
  return value
}

import { Logger as PowertoolsLogger } from '@aws-lambda-powertools/logger'
import { type Call, type Logger, lpipe } from 'lpipe-preset'
import { pino } from 'pino'

const call = (): void => undefined

lpipe({ call, logger: console })
lpipe({ call, logger: new PowertoolsLogger() })
lpipe({
  call,
  logger: pino({
    errorKey: 'error',
    hooks: {
      logMethod(args, log) {
        log.apply(this, args.reverse() as typeof args)
      },
    },
  }),
})

const own = {
  debug: (_message: string) => undefined,
  info: (_message: string, _fields?: object) => undefined,
  warn: async (_message: string, _fields?: Readonly<Record<string, unknown>>) => undefined,
  error: (..._anything: readonly unknown[]) => undefined,
}
lpipe({ call, logger: own })

// @ts-expect-error all four are needed
lpipe({ call, logger: { info: own.info } })
// @ts-expect-error the text comes first
lpipe({ call, logger: { ...own, error: (_fields: object, _message: string) => undefined } })

interface Quake {
  readonly place: string
}

/** A function may log what it likes: an object of an interface of its own too. */
export const report = (quake: Quake, { logger }: Call): Logger => {
  logger.info('a quake', quake)
  logger.warn('a quake', { quake })
  logger.debug('a quake')
  // @ts-expect-error fields are an object
  logger.error('a quake', quake.place)
  return logger
}

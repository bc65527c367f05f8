import { noteMetrics } from './checks/metrics.ts'
import { secret } from './marks.ts'
import { violate, type World } from './world.ts'

/** Lambda cuts a longer line, so that it is not JSON any more. */
const maxLineBytes = 256 * 1024

/** Checks each line that lpipe's own logger writes: JSON, not too long, and without a value of a message. */
export const watchLines = (world: World): { readonly stop: () => void } => {
  const { stdout } = process
  const write = stdout.write
  stdout.write = ((text: string, ...rest: []): boolean => {
    if (typeof text === 'string' && text.startsWith('{"_aws"')) {
      noteMetrics(world, text)
      return true
    }
    if (typeof text !== 'string' || !text.startsWith('{"timestamp"')) return write.call(stdout, text, ...rest)
    world.trace(`log: ${text.trim()}`)
    if (Buffer.byteLength(text) > maxLineBytes) violate(world, 'logs', `a log line has ${text.length} characters`)
    if (text.includes(secret)) violate(world, 'logs', `a log line quotes a value of a message: ${text.slice(0, 500)}`)
    try {
      JSON.parse(text)
    } catch {
      violate(world, 'logs', `a log line is not JSON: ${text.slice(0, 500)}`)
    }
    return true
  }) as typeof write
  return {
    stop: () => {
      stdout.write = write
    },
  }
}

import { kindOf, ownOf, refuse } from '@lpipe/core'
import { type Format, parsed, textIn } from './decode.ts'

/** Kinesis: `kinesis.data` is base64 of JSON text in UTF-8. */
export const kinesis: Format = {
  idOf: (fields) => ownOf(fields['kinesis'], 'sequenceNumber'),
  bodyOf: (message, fields) => {
    const data = ownOf(fields['kinesis'], 'data')
    if (typeof data !== 'string') return refuse(message, `its data must be base64 text, got ${kindOf(data)}`)
    const bytes = Buffer.from(data, 'base64')
    if (!isWhole(bytes, data)) return refuse(message, 'its data is not valid base64')
    return parsed(message, textIn(bytes) ?? refuse(message, 'its data is not UTF-8'))
  },
}

/** Buffer skips what is not base64, reads the alphabet of URLs too, and takes a text that was cut off for a whole one. */
const isWhole = (bytes: Buffer, base64: string): boolean =>
  base64.length % 4 === 0 &&
  bytes.length === Buffer.byteLength(base64, 'base64') &&
  !base64.includes('-') &&
  !base64.includes('_')

import { kindOf, ownOf, refuse } from '@lpipe/core'
import { type Format, parsed, textIn } from './decode.ts'

/** Kinesis: `kinesis.data` is base64 of JSON text in UTF-8. */
export const kinesis: Format = {
  idOf: (fields) => ownOf(fields['kinesis'], 'sequenceNumber'),
  bodyOf: (message, fields) => {
    const data = ownOf(fields['kinesis'], 'data')
    if (typeof data !== 'string') return refuse(message, `its data must be base64 text, got ${kindOf(data)}`)
    if (!isBase64(data)) return refuse(message, 'its data is not valid base64')
    return parsed(message, textIn(Buffer.from(data, 'base64')) ?? refuse(message, 'its data is not UTF-8'))
  },
}

/** Buffer skips what is not base64, and takes a text that was cut off for a whole one. */
const isBase64 = (data: string): boolean => data.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(data)

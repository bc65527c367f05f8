import { kindOf, refuse, textOrNone } from '@lpipe/core'
import { type Fields, type Format, parsed, textIn } from './decode.ts'

/** Kinesis: `kinesis.data` is base64 of JSON text in UTF-8. */
export const kinesis: Format = {
  idOf: (record) => (record?.['kinesis'] as Fields)?.['sequenceNumber'],
  bodyOf: (message, record) => {
    const data = (record?.['kinesis'] as Fields)?.['data']
    const bytes = Buffer.from(textOrNone(data) ?? '', 'base64')
    // Buffer skips what is not base64, reads the alphabet of URLs too, and takes a text that was cut off for a whole one.
    if (bytes.toString('base64') !== data) return refuse(message, `its data must be valid base64, got ${kindOf(data)}`)
    return parsed(message, textIn(bytes) ?? refuse(message, 'its data must be UTF-8'))
  },
}

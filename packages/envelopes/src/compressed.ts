import { defineEnvelope, type Envelope } from '@lpipe/core/envelope'
import { checkOptions, invalidConfiguration, isCompressed } from '@lpipe/core/middleware'
import { unpack } from './unpack.ts'

/** How the base64 text of gzip and zlib data begins. */
const packedBase64 = /^(?:H4sI|eA[E-H]|eF[4-7]|eJ[w-z]|eN[o-r])/

/** Whether data begins as the JSON text of an object or an array, which is neither base64 nor compressed. */
const beginsAsJson = (body: string | Buffer): boolean => {
  const first = typeof body === 'string' ? body.charCodeAt(0) : body[0]
  return first === 0x7b || first === 0x5b // { or [
}

/**
 * Returns the bytes of a text if it is base64, of either alphabet. Some producers break its lines, or leave out the padding.
 */
const bytesOf = (text: string): Buffer | undefined => {
  const bytes = Buffer.from(text, 'base64')
  // Buffer skips what is not base64: then there are fewer bytes.
  const isBase64 = (characters: string): boolean =>
    bytes.length === Math.floor((lengthWithoutPadding(characters) * 3) / 4)
  return isBase64(text) || isBase64(text.replace(/\s/g, '')) ? bytes : undefined
}

/** Not by a regular expression, which would take quadratic time for many `=` in the middle. */
const lengthWithoutPadding = (text: string): number => {
  let length = text.length
  while (text[length - 1] === '=') length -= 1
  return length
}

/**
 * Data that is compressed with gzip or deflate, as bytes or, in the body of an SQS message, as base64. It is recognised by its
 * first bytes, or by the attribute `content-encoding` (`gzip` or `deflate`), and may unpack to at most 10 MiB.
 *
 * @throws InvalidConfigurationError, when made, for an unknown option; for data whose attribute says `br` or `zstd`
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-content-encoding
 * @example
 * middy().use(lpipe({ envelopes: [compressed()], paths: { ORDER: [ship] } }))
 */
export const compressed = (options: Readonly<Record<string, never>> = {}): Envelope => {
  checkOptions('compressed', options, {})
  return defineEnvelope({
    name: 'compressed',
    opens: (body, _, headers) => {
      if ((typeof body !== 'string' && !Buffer.isBuffer(body)) || beginsAsJson(body)) return undefined
      const header = Object.keys(headers).find((name) => name.toLowerCase() === 'content-encoding')
      const encoding = header === undefined ? undefined : headers[header]?.toLowerCase()
      if (encoding === 'br' || encoding === 'zstd') {
        invalidConfiguration(
          'compressed() does not open brotli and zstd. Write an envelope for it with defineEnvelope()',
        )
      }
      const isNamed = encoding === 'gzip' || encoding === 'deflate'
      if (typeof body === 'string' && !isNamed && !packedBase64.test(body)) return undefined
      const bytes = typeof body === 'string' ? bytesOf(body) : body
      if (bytes === undefined || !(isNamed || isCompressed(bytes))) return undefined
      return {
        body: unpack(bytes, encoding === 'deflate' && !isCompressed(bytes)),
        // What is inside is not compressed again, unless its own bytes say so.
        ...(header !== undefined && { headers: { [header]: 'identity' } }),
      }
    },
  })
}

/**
 * A text that is base64 of JSON text, as in the bodies of SQS messages of some producers, or in the data of a stream that was
 * encoded twice: of either alphabet, with or without line breaks and padding. For compressed data `compressed()` is enough.
 *
 * @throws InvalidConfigurationError, when made, for an unknown option
 * @example
 * middy().use(lpipe({ envelopes: [base64()], paths: { ORDER: [ship] } }))
 */
export const base64 = (options: Readonly<Record<string, never>> = {}): Envelope => {
  checkOptions('base64', options, {})
  return defineEnvelope({
    name: 'base64',
    opens: (body) => {
      if ((typeof body !== 'string' && !Buffer.isBuffer(body)) || body.length === 0 || beginsAsJson(body))
        return undefined
      const bytes = bytesOf(typeof body === 'string' ? body : body.toString('latin1'))
      return bytes === undefined ? undefined : { body: bytes }
    },
  })
}

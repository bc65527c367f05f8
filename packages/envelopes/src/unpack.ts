import { InvalidPayloadError } from '@lpipe/core'

/** Most bytes that compressed data may unpack to: a few kilobytes may unpack to gigabytes. */
const maxBytes = 10 * 1024 * 1024

/**
 * Unpacks compressed data. Synchronous, because there is nothing else to do. zlib is loaded at the first call.
 *
 * @param isRaw whether the data is deflate without a header of zlib
 * @throws InvalidPayloadError if it is damaged, or larger than 10 MiB
 */
export const unpack = (bytes: Buffer, isRaw = false): Buffer => {
  const { inflateRawSync, unzipSync } = process.getBuiltinModule('node:zlib')
  try {
    return (isRaw ? inflateRawSync : unzipSync)(bytes, { maxOutputLength: maxBytes })
  } catch (error) {
    const isTooLarge = (error as { readonly code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE'
    throw new InvalidPayloadError(
      isTooLarge ? `its compressed data unpacks to more than ${maxBytes} bytes` : 'its compressed data is damaged',
    )
  }
}

import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Context } from 'hono'

/** The folder of the built page, beside the built server. From the sources it is in the same place. */
const folder = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../dist/page/' : './page/', import.meta.url))

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
}

/** Returns a file of the page. A path without a file is a view of the page, which reads the path itself. */
export const pageResponse = async (context: Context): Promise<Response> => {
  const path = context.req.path
  const isFile = /^\/(?:[\w-]+\/)*[\w.-]+\.\w+$/.test(path) && !path.includes('..')
  const name = isFile ? path.slice(1) : 'index.html'
  try {
    const content = await readFile(join(folder, name))
    const type = types[extname(name)] ?? 'application/octet-stream'
    return context.body(content, 200, { 'content-type': type, 'cache-control': 'no-cache' })
  } catch {
    return context.text(
      isFile ? 'There is no such file' : 'The page is not built. The API is at /api/openapi.json',
      404,
    )
  }
}

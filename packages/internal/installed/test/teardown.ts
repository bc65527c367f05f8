import { rmSync } from 'node:fs'

export default function teardown(): void {
  rmSync(process.env['LPIPE_INSTALLED'] as string, { recursive: true, force: true })
}

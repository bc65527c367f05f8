import { fileURLToPath } from 'node:url'

/** Shared by every package; `jest.js` runs it. */
export default {
  testMatch: ['<rootDir>/**/test/**/*.test.ts'],
  // Packs and installs every package first: run it in its own folder.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/packages/internal/installed/'],
  modulePathIgnorePatterns: ['/dist/'],
  resolver: fileURLToPath(import.meta.resolve('./jest.resolver.cjs')),
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' } }],
  },
  // For machines that are much slower, or busy. A test that waits for ever takes so long to fail.
  testTimeout: 180_000,
}

export { runFolder, type Verdict } from './folder.ts'

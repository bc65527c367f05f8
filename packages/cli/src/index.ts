export { type LoadedSystem, loadSystem } from './load-system.ts'

import { system } from '@lpipe/system'
import { boxes } from './src/boxes.ts'

export const eventSources = [boxes]

export default system({ functions: { boxes: { load: () => import('./src/boxes.ts') } } })

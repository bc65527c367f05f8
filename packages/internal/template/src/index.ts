export { type TemplateOptions, template } from './middleware.ts'
export { type LineSenderOptions, lineSender } from './sender.ts'
export { type Line, type LinesEvent, lines } from './source.ts'

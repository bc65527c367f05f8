import { check, type Description, pictureOf, toAsyncApi, toHtml, toMermaid, toSvg } from '@lpipe/system'
import { jsonText } from './output.ts'

/** The formats of `lpipe graph`. */
export const formats: Readonly<Record<string, (description: Description, title: string) => string>> = {
  mermaid: (description) => `${toMermaid(description)}\n`,
  svg: (description) => `${toSvg(description)}\n`,
  html: toHtml,
  asyncapi: (description, title) => jsonText(toAsyncApi(description, { title })),
  json: (description) => jsonText({ ...description, picture: pictureOf(description), findings: check(description) }),
}

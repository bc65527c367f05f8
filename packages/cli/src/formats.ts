import { check, type Description, pictureOf, toAsyncApi, toHtml, toMermaid, toSvg } from '@lpipe/system'
import { jsonText } from './output.ts'

/** What a document or a page says of the system. */
export interface FormatOptions {
  readonly title: string
  /** AsyncAPI: the version of the system. */
  readonly version?: string
  /** AsyncAPI: the Lambda that the document describes. Default: all. */
  readonly function?: string
}

/** The formats of `lpipe graph`. */
export const formats: Readonly<Record<string, (description: Description, options: FormatOptions) => string>> = {
  mermaid: (description) => `${toMermaid(description)}\n`,
  svg: (description) => `${toSvg(description)}\n`,
  html: (description, { title }) => toHtml(description, title),
  asyncapi: (description, options) => jsonText(toAsyncApi(description, options)),
  json: (description) => jsonText({ ...description, picture: pictureOf(description), findings: check(description) }),
}

/** Formats of numbers and times. All are plain English: the page has one language. */

/** `950`, `1.2k`, `3.4M` */
export const shortCount = (count: number): string => {
  if (count < 1_000) return String(Math.round(count))
  if (count < 1_000_000) return `${trim(count / 1_000)}k`
  return `${trim(count / 1_000_000)}M`
}

/** Messages each second: `0`, `0.4`, `12`, `1.2k` */
export const rate = (perSecond: number): string =>
  perSecond > 0 && perSecond < 10 ? trim(perSecond) : shortCount(perSecond)

/** `< 0.1 ms`, `0.4 ms`, `12 ms`, `1.2 s`, `3 min`, `2 h`, `4 d` */
export const duration = (millis: number): string => {
  if (millis < 0.1) return '< 0.1 ms'
  if (millis < 1) return `${trim(millis)} ms`
  if (millis < 1_000) return `${Math.round(millis)} ms`
  if (millis < 60_000) return `${trim(millis / 1_000)} s`
  if (millis < 3_600_000) return `${Math.round(millis / 60_000)} min`
  if (millis < 86_400_000) return `${Math.round(millis / 3_600_000)} h`
  return `${Math.round(millis / 86_400_000)} d`
}

/** `120 B`, `4.2 kB`, `1.1 MB` */
export const bytes = (size: number): string => {
  if (size < 1_000) return `${size} B`
  if (size < 1_000_000) return `${trim(size / 1_000)} kB`
  return `${trim(size / 1_000_000)} MB`
}

/** `14:03:22.104`, in the time zone of the browser */
export const clock = (time: number): string => {
  const date = new Date(time)
  const part = (value: number, digits = 2): string => String(value).padStart(digits, '0')
  return `${part(date.getHours())}:${part(date.getMinutes())}:${part(date.getSeconds())}.${part(date.getMilliseconds(), 3)}`
}

/** `1 message`, `2 messages` */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`

const trim = (value: number): string => (value < 100 ? String(Math.round(value * 10) / 10) : String(Math.round(value)))

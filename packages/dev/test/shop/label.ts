export const label = (item: string): string => `label one: ${item}`

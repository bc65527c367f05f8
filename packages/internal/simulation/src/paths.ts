/** Returns the name of a path of the graph. Its first letter is one that Unicode folds to another one: `ſ`. */
export const pathName = (index: number): string => `STEP${index}`

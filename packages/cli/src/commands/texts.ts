/** The help of the argument that names the system. */
export const configuration = 'the file that describes the system (default: the nearest lpipe.config.ts)'

/** The exit codes of commands that read the system. */
export const systemHelp = `
Exit codes: 0 if all is right, 1 if a finding is an error or the system cannot be read, 2 if the command is wrong.`

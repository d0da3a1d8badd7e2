/** Debugging the child processes, in a window that runs the extension from its source. */

/** Its value is the port at which a debugger finds the completion process; the training process takes the next one. */
export const inspectVariable = "INKLING_INSPECT";

export interface InspectPorts {
	readonly server: number;
	readonly trainer: number;
}

/** The smallest port that needs no privileges, and the largest of which there is a next one. */
const LEAST_PORT = 1024;
const MOST_PORT = 65_534;

/** Undefined outside development, without the variable, and if its value is no port. */
export function inspectPorts(value: string | undefined, isDevelopment: boolean): InspectPorts | undefined {
	const port = Number(value);
	if (!isDevelopment || !Number.isInteger(port) || port < LEAST_PORT || port > MOST_PORT) return undefined;
	return { server: port, trainer: port + 1 };
}

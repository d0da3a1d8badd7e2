/** Loaded into a completion process before its own code (`node --import`): writes down what each answer costs; see `meter.ts`. */
import { appendFileSync } from "node:fs";
import type { ServerMessage } from "../../../src/protocol/server.ts";

/** The variable that names the file. */
export const meteredFile = "INKLING_TEST_METER";

/** Between two writings, ms. */
const writeEveryMs = 500;

const file = process.env[meteredFile];
if (file !== undefined) meter(file);

/** CPU time of this thread, ms. */
function used(): number {
	// Linux brings the time of a thread up to date when the time of its process is asked for.
	process.cpuUsage();
	const { user, system } = process.threadCpuUsage();
	return (user + system) / 1000;
}

function meter(file: string): void {
	let lines = "";
	/** Of the answer that is being sent, if the models were asked for it. */
	let bytes: number | undefined;
	// An answer is computed and sent within one deferred task.
	const { setImmediate: defer } = globalThis;
	const measured = <A extends unknown[]>(task: (...args: A) => void, ...args: A): NodeJS.Immediate =>
		defer(() => {
			bytes = undefined;
			const before = used();
			task(...args);
			if (bytes !== undefined) lines += `${JSON.stringify({ cpu: used() - before, bytes })}\n`;
		});
	Object.assign(globalThis, { setImmediate: Object.assign(measured, defer) });

	const send = process.send?.bind(process);
	process.send = ((message: ServerMessage, ...rest: []) => {
		if (message.type === "completions" && message.trace !== undefined) ({ bytes } = message.trace);
		return send?.(message, ...rest);
	}) as NonNullable<typeof process.send>;

	setInterval(() => {
		if (lines === "") return;
		appendFileSync(file, lines);
		lines = "";
	}, writeEveryMs).unref();
}

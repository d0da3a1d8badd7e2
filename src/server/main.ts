/** The completion process: answers over the channel of `child_process.fork`, and ends with its parent. */
import { createEngine } from "../engines/registry.ts";
import { readModel } from "../model/checkpoint.ts";
import { prepareForMemory } from "../model/memory/index.ts";
import { type ServerMessage, serverProtocolVersion } from "../protocol/server.ts";
import { serverRequests } from "../protocol/serverShapes.ts";
import { createLoadedModel, createShippedModel } from "./loader.ts";
import { processHost } from "./processHost.ts";
import { Session } from "./session.ts";

/**
 * Time to write what was learned after the parent is gone. It is short, because a window that is opened again at once reads the
 * file that this process writes.
 */
const longestEndMs = 3_000;

function send(message: ServerMessage, sent?: () => void): void {
	// If the channel closes meanwhile, the process ends; see `disconnect`.
	if (process.connected) process.send?.(message, undefined, {}, () => sent?.());
}

function fail(error: unknown): void {
	const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
	send({ type: "log", level: "error", message: `The completion process ends because of an error: ${message}` }, () =>
		process.exit(1),
	);
	if (!process.connected) process.exit(1);
}

process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);
const engine = createEngine();
// Most folders have been read before; while their memory and the network are loaded, nothing waits for a compiler.
void prepareForMemory();
const session = new Session({
	...processHost,
	send,
	load: async (file, isBase) => (isBase ? createShippedModel : createLoadedModel)(await engine, await readModel(file)),
});
process.on("disconnect", () => {
	setTimeout(() => process.exit(0), longestEndMs);
	void session.close().finally(() => process.exit(0));
});
process.on("message", (value: unknown) =>
	serverRequests.receive(
		value,
		(request) => session.receive(request),
		(reason) =>
			send({ type: "log", level: "warn", message: `A message to the completion process was dropped: ${reason}.` }),
	),
);

engine.then(
	({ name, description }) =>
		send({ type: "ready", version: serverProtocolVersion, description: `${name}: ${description}` }),
	// The process takes requests all the same; loading a model will say what is missing.
	(error: unknown) =>
		send({ type: "ready", version: serverProtocolVersion, description: `no engine: ${String(error)}` }),
);

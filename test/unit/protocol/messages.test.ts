/** What another process sends is checked before anything reads it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkedLauncher } from "../../../src/editor/processes/childProcess.ts";
import { CompletionServer } from "../../../src/editor/processes/completionServer.ts";
import { listCorpus } from "../../../src/editor/training/corpusListing.ts";
import { TrainingRun } from "../../../src/editor/training/trainingRun.ts";
import type { ServerMessage, ServerRequest } from "../../../src/protocol/server.ts";
import { serverMessages, serverRequests } from "../../../src/protocol/serverShapes.ts";
import type { TrainerMessage, TrainerRequest } from "../../../src/protocol/trainer.ts";
import { trainerMessages, trainerRequests } from "../../../src/protocol/trainerShapes.ts";
import { viewMessages, viewRequests } from "../../../src/protocol/viewShapes.ts";
import { FakeClock, FakeLauncher, settle } from "../editor/fakes.ts";
import { code, completeAt, open, SessionBench } from "../server/sessionBench.ts";
import { foreignValues, pathsIn, withAt } from "./damage.ts";
import {
	serverMessageSamples,
	serverRequestSamples,
	trainerMessageSamples,
	trainerRequestSamples,
	viewMessageSamples,
	viewRequestSamples,
} from "./samples.ts";

interface Edge {
	receive(value: unknown, take: (message: unknown) => void, refuse: (reason: string) => void): void;
}

const edges: readonly [name: string, edge: Edge, samples: Readonly<Record<string, unknown>>][] = [
	["the completion process", serverRequests, serverRequestSamples],
	["the host, from the completion process,", serverMessages, serverMessageSamples],
	["the training process", trainerRequests, trainerRequestSamples],
	["the host, from the training process,", trainerMessages, trainerMessageSamples],
	["the host, from the page of the perplexity view,", viewRequests, viewRequestSamples],
	["the page of the perplexity view", viewMessages, viewMessageSamples],
];

const optionalFields = new Set([
	"load isBase",
	"open file.isElsewhere",
	"open above",
	"open notebook",
	"model failure",
	"completions silence",
	"completions trace",
	"corpus report.used.0.tail",
	"corpus report.used.0.seenBefore",
]);

/** The fields that hold a number but not one of things: what is only compared, and what is measured. */
const noCounts = new Set(
	(
		"id version line character seed level fraction probability value excess " +
		"maxFileKiB maxTotalMiB memoryMiB minutes seconds elapsedSeconds leftSeconds cpuSeconds milliseconds context search display " +
		"charactersPerSecond bpc trainBpc validationBpc measuredBpc initialBpc mixtureBpc initialMixtureBpc bitsPerCharacter " +
		"network memory mixture"
	).split(" "),
);

function receive(edge: Edge, value: unknown): { taken: unknown[]; refused: string[] } {
	const taken: unknown[] = [];
	const refused: string[] = [];
	edge.receive(
		value,
		(message) => taken.push(message),
		(reason) => refused.push(reason),
	);
	return { taken, refused };
}

describe("the messages between the processes", () => {
	for (const [name, edge, samples] of edges) {
		describe(`that ${name} takes`, () => {
			for (const [type, sample] of Object.entries(samples))
				it(`include ${type}, with and without a field that is unknown`, () => {
					assert.deepEqual(receive(edge, sample), { taken: [sample], refused: [] });
					const further = { ...(sample as object), further: 1 };
					assert.deepEqual(receive(edge, further), { taken: [further], refused: [] });
				});

			it("have no field of another type, and the reason names the field", () => {
				for (const [type, sample] of Object.entries(samples)) {
					for (const path of pathsIn(sample)) {
						const [first] = path;
						const expected =
							first === "type"
								? "its type is unknown"
								: `the field ${path.join(".")} of the type ${type} is missing or wrong`;
						// No field is of this kind.
						const wrong = withAt(sample, path, Number.NaN);
						assert.deepEqual(receive(edge, wrong), { taken: [], refused: [expected] });
					}
				}
			});

			it("have no fewer things than none", () => {
				const taken = new Set<string>();
				for (const sample of Object.values(samples))
					for (const path of pathsIn(sample)) {
						const name = path.filter((key) => typeof key === "string").at(-1) as string;
						if (receive(edge, withAt(sample, path, -1)).taken.length > 0) taken.add(name);
					}
				assert.deepEqual(
					[...taken].filter((name) => !noCounts.has(name)),
					[],
				);
			});

			it("lack no field that they must have", () => {
				for (const [type, sample] of Object.entries(samples)) {
					for (const path of pathsIn(sample)) {
						// An array without an item is shorter and sound.
						if (typeof path.at(-1) === "number") continue;
						const field = `${type} ${path.join(".")}`;
						const { taken } = receive(edge, withAt(sample, path, undefined));
						assert.equal(taken.length, optionalFields.has(field) ? 1 : 0, field);
					}
				}
			});

			it("are taken or refused, whatever comes, and no reason quotes anything", () => {
				fc.assert(
					fc.property(foreignValues(Object.values(samples)), (value) => {
						const { taken, refused } = receive(edge, value);
						assert.equal(taken.length + refused.length, 1);
						const known = [...Object.keys(samples), ...pathsIn(Object.values(samples)).flat()].map(String);
						for (const reason of refused) {
							const [, field, type] = /^the field ([\w.]+) of the type (\w+) is missing or wrong$/.exec(reason) ?? [];
							if (field === undefined) assert.equal(reason, "its type is unknown");
							for (const word of [...(field?.split(".") ?? []), type ?? "type"])
								assert.ok(known.includes(word) || /^\d+$/.test(word), reason);
						}
					}),
				);
			});
		});
	}
});

describe("whatever its processes send, the host", () => {
	it("goes on completing", async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(foreignValues(Object.values(serverMessageSamples))), async (values) => {
				const clock = new FakeClock();
				const launcher = new FakeLauncher<ServerRequest, unknown>();
				const launch = checkedLauncher(launcher.launch, serverMessages, () => {});
				const server = new CompletionServer(launch, clock, {
					mayRun: () => true,
					ready: () => {},
					model: () => {},
					memory: () => {},
					measured: () => {},
					state: () => {},
					log: () => {},
				});
				server.start();
				launcher.last.say(serverMessageSamples.ready);
				launcher.last.say(serverMessageSamples.model);
				const { answer } = server.ask({ ...serverRequestSamples.complete }, 150);
				// The answer to this question has the id 1, and may be among the values.
				for (const value of values) launcher.last.say(value);
				launcher.last.say(serverMessageSamples.completions);
				assert.ok(Array.isArray((await answer).suggestions));
				assert.equal(server.ready, true);
			}),
		);
	});

	it("waits for a process that has not said properly that it is ready", () => {
		fc.assert(
			fc.property(foreignValues([serverMessageSamples.ready]), (value) => {
				const launcher = new FakeLauncher<ServerRequest, unknown>();
				let ready = 0;
				const launch = checkedLauncher<ServerRequest, ServerMessage>(launcher.launch, serverMessages, () => {});
				const server = new CompletionServer(launch, new FakeClock(), {
					mayRun: () => true,
					ready: () => ready++,
					model: () => {},
					memory: () => {},
					measured: () => {},
					state: () => {},
					log: () => {},
				});
				server.start();
				launcher.last.say(value);
				if (server.state === "starting") launcher.last.say(serverMessageSamples.ready);
				assert.ok(ready === 1 || server.state === "failed");
			}),
		);
	});

	it("goes on training, and lists files", async () => {
		const { finished, corpus, failed, ...others } = trainerMessageSamples;
		await fc.assert(
			fc.asyncProperty(fc.array(foreignValues(Object.values(others))), async (values) => {
				const launcher = new FakeLauncher<TrainerRequest, unknown>();
				const launch = checkedLauncher<TrainerRequest, TrainerMessage>(launcher.launch, trainerMessages, () => {});
				const run = new TrainingRun(launch, new FakeClock(), trainerRequestSamples.train.job, {
					progress: () => {},
					curve: () => {},
					checkpoint: () => {},
					changed: () => {},
					log: () => {},
				});
				for (const value of values) launcher.last.say(value);
				launcher.last.say(finished);
				launcher.last.exit("exit code 0");
				assert.equal((await run.outcome).kind, "finished");
				const { folders, rules } = trainerRequestSamples.list;
				const list = listCorpus(launch, new FakeClock(), folders, rules);
				for (const value of values) launcher.last.say(value);
				launcher.last.say(corpus);
				assert.deepEqual(await list, corpus.report);
				await settle();
			}),
		);
	});
});

describe("whatever the host sends, the completion process", () => {
	it("goes on answering", async () => {
		// Other folders and files would have it read this machine.
		const { workspace, files, load, ...others } = serverRequestSamples;
		await fc.assert(
			fc.asyncProperty(fc.array(foreignValues(Object.values(others))), async (values) => {
				const bench = await SessionBench.with(code);
				const take = (request: ServerRequest) => void bench.send(request);
				for (const value of values) serverRequests.receive(value, take, () => {});
				bench
					.send(open("const value = ", "b.ts", "mine"), completeAt(0, 14, { id: -7, document: "mine" }))
					.pass(60_000);
				const answer = bench.answers.find(([id]) => id === -7);
				assert.equal(answer?.[2], undefined);
			}),
		);
	});
});

import assert from "node:assert/strict";
import fc from "fast-check";
import type { ServerMessage, ServerRequest } from "../../../src/protocol/server.ts";
import { code, SessionBench } from "./sessionBench.ts";

const document = fc.constantFrom("one", "two");
const text = fc.string({ unit: fc.constantFrom("const ", "a", "é", "😀", "(", "\n", "\r\n", "\0"), maxLength: 12 });
const version = fc.nat(4);
const position = fc.record({ line: fc.integer({ min: -1, max: 3 }), character: fc.integer({ min: -1, max: 8 }) });
const change = fc.record({ start: position, end: position, text });

/** What a host may send, in any order; numbers for `id` are given afterwards. */
const request: fc.Arbitrary<ServerRequest> = fc.oneof(
	fc.record({ type: fc.constant("open" as const), document, path: text, file: fc.constant(null), version, text }),
	fc.record({ type: fc.constant("change" as const), document, version, changes: fc.array(change, { maxLength: 3 }) }),
	fc.record({ type: fc.constant("close" as const), document }),
	fc.record({ type: fc.constant("cancel" as const), id: fc.nat(20) }),
	fc.record({ type: fc.constant("score" as const), id: fc.constant(0), document }),
	fc.record({ type: fc.constant("usage" as const), id: fc.constant(0) }),
	fc.record({ type: fc.constant("training" as const), isRunning: fc.boolean() }),
	fc.record({
		type: fc.constant("complete" as const),
		id: fc.constant(0),
		document,
		version,
		position,
		explicit: fc.boolean(),
		count: fc.nat(3),
		threshold: fc.constantFrom("conservative" as const, "balanced" as const, "eager" as const),
		forced: text,
	}),
);

const idsOf = (messages: readonly (ServerMessage | ServerRequest)[], type: string): number[] =>
	messages
		.flatMap((message) => (message.type === type && "id" in message ? [message.id] : []))
		.toSorted((a, b) => a - b);

describe("the requests to a server", () => {
	it("are each answered exactly once, in whatever order they come", async () => {
		const steps = fc.array(
			fc.oneof({ weight: 4, arbitrary: request }, { weight: 1, arbitrary: fc.constant("work" as const) }),
			{
				maxLength: 20,
			},
		);
		await fc.assert(
			fc.asyncProperty(steps, async (steps) => {
				const bench = await SessionBench.with(code);
				const sent: ServerRequest[] = [];
				for (const [id, step] of steps.entries()) {
					if (step === "work") {
						bench.turn();
						continue;
					}
					const isQuestion = step.type === "complete" || step.type === "score" || step.type === "usage";
					const numbered = isQuestion ? { ...step, id } : step;
					// As it comes through the channel between the processes.
					const received: ServerRequest = JSON.parse(JSON.stringify(numbered));
					sent.push(received);
					bench.send(received);
				}
				bench.pass(60_000);
				assert.deepEqual(idsOf(bench.messages, "completions"), idsOf(sent, "complete"));
				assert.deepEqual(idsOf(bench.messages, "scored"), idsOf(sent, "score"));
				assert.deepEqual(idsOf(bench.messages, "usage"), idsOf(sent, "usage"));
				assert.deepEqual(
					bench.messages.filter((message) => message.type === "log" && message.level === "error"),
					[],
				);
				assert.deepEqual(JSON.parse(JSON.stringify(bench.messages)), bench.messages);
			}),
		);
	});
});

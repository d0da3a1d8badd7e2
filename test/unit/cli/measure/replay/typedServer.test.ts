import assert from "node:assert/strict";
import { measureAnswers } from "../../../../../src/cli/measure/replay/answerTimes.ts";
import { TypedServer } from "../../../../../src/cli/measure/replay/typedServer.ts";
import { typeThrough } from "../../../../../src/cli/measure/replay/typing.ts";
import { createMixture } from "../../../../../src/model/mixture.ts";
import { Failure } from "../../../../../src/platform/failure.ts";
import type { LoadedModel, SessionHost } from "../../../../../src/server/session.ts";
import { code, summary } from "../../../server/sessionBench.ts";
import { type CountingMemory, countingMemory } from "../../../support/countingMemory.ts";
import { historyModel } from "../../../support/historyModel.ts";
import { uncalibrated } from "../../../support/uncalibrated.ts";

const line = "let apples = baskets.map(count);\n";

describe("TypedServer", () => {
	let memory: CountingMemory;
	let server: TypedServer;

	/** The memory alone. */
	const mix: SessionHost["mix"] = (_network, taught) => createMixture(null, taught);
	/** The models of this test are slow, and a search must not be cut short. */
	const now = (): number => 0;
	const load = (): Promise<LoadedModel> =>
		Promise.resolve({ model: historyModel(), summary, dispose: () => undefined });

	beforeEach(async () => {
		memory = countingMemory();
		memory.index(memory.start(), Buffer.from(code));
		server = await TypedServer.start({ memory, calibration: uncalibrated, isBase: false, load, mix, now });
	});

	function type(text: string): void {
		for (const key of text) server.type(key);
	}

	it("suggests what the editor would be answered, by threshold", () => {
		server.open("a.ts");
		type("const v");
		assert.equal(server.suggest.balanced()?.text, "alue = compute(first);");
		assert.equal(server.suggest.conservative()?.text, "alue = compute(first);");
		type("xyz");
		assert.equal(server.suggest.balanced(), null);
		assert.equal(server.ask("balanced", { line: 0, character: 3 }).silence, "unsure");
	});

	it("learns a line a moment after it is finished, as the editor's server does", () => {
		server.open("a.ts");
		type(line);
		assert.ok(!memory.text.includes("apples"));
		type("l");
		assert.ok(!memory.text.includes("apples"));
		type("oop();");
		assert.ok(memory.text.endsWith(line));
		type("\nlet apples");
		assert.equal(server.suggest.balanced()?.text, " = baskets.map(count);");
	});

	it("has learned all lines of a document that is left", () => {
		server.open("a.ts");
		type(line);
		server.close();
		server.open("b.ts");
		type("let app");
		assert.equal(server.suggest.balanced()?.text, "les = baskets.map(count);");
	});

	it("learns nothing of what is typed in no time", () => {
		server.open("a.ts", line);
		server.insert(line);
		server.abandon();
		server.open("b.ts");
		type("const v");
		assert.equal(memory.text, code);
	});

	it("saves the keys of an ideal user", () => {
		const file = { path: "a.ts", text: `${line}loop();\n${line}` };
		const { conservative, eager } = typeThrough([file], [server], () => undefined);
		// The first line, when it comes again.
		assert.equal(eager.whole.accepted, 1);
		assert.ok(eager.whole.acceptedCharacters > 20);
		assert.ok(conservative.whole.shown <= eager.whole.shown);
	});

	it("measures answers and learns nothing on the way", () => {
		const files = [{ path: "a.ts", text: line.repeat(30) }];
		const times = measureAnswers(server, files, { places: 2, keysAtPlace: 5, jumps: 3 });
		assert.deepEqual(times, { cachedP50: 0, cachedP95: 0, jumpP50: 0, jumpP95: 0 });
		assert.equal(memory.text, code);
	});

	it("says why a model cannot be used", async () => {
		const broken = () => Promise.reject(new Failure("modelBroken", "it is cut off"));
		await assert.rejects(
			TypedServer.start({ memory, calibration: uncalibrated, isBase: false, load: broken, mix, now }),
			/it is cut off/,
		);
	});
});

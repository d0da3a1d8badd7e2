import assert from "node:assert/strict";
import { commands, contextKeys } from "../../../../src/editor/settings/names.ts";
import * as fake from "../fakeVscode.ts";

const { FirstSteps } = await import("../../../../src/editor/firstSteps/firstSteps.ts");

describe("FirstSteps", () => {
	const kept = new Map<string, unknown>();
	const saved = {
		get: <T>(key: string) => kept.get(key) as T | undefined,
		update: async (key: string, value: unknown) => void kept.set(key, value),
	};
	let ran: unknown[][];
	let disposables: { dispose(): void }[];

	beforeEach(() => {
		kept.clear();
		ran = [];
		fake.messages.length = 0;
		fake.answers.length = 0;
		disposables = ["setContext", commands.showFirstSteps].map((id) =>
			fake.commands.registerCommand(id, (...args) => ran.push([id, ...args])),
		);
	});
	afterEach(() => {
		for (const disposable of disposables) disposable.dispose();
		fake.assertReadable();
	});

	it("explains the first suggestion ever, and no other, in no window", () => {
		const first = new FirstSteps(saved);
		first.seen();
		first.seen();
		new FirstSteps(saved).seen();
		assert.equal(fake.messages.length, 1);
		assert.match(fake.messages[0]?.text ?? "", /Tab takes it.*Ctrl\+→.*Esc dismisses it/);
	});

	it("explains it once where two windows are open", () => {
		const [one, other] = [new FirstSteps(saved), new FirstSteps(saved)];
		one.seen();
		other.seen();
		assert.equal(fake.messages.length, 1);
	});

	it("leads to the walkthrough", async () => {
		fake.answers.push("First Steps");
		new FirstSteps(saved).seen();
		await new Promise((resolve) => setImmediate(resolve));
		assert.deepEqual(ran.at(-1), [commands.showFirstSteps]);
	});

	it("tells the walkthrough what was done, also in an earlier window", () => {
		const steps = new FirstSteps(saved);
		assert.deepEqual(ran, []);
		steps.seen();
		steps.taken();
		const done = [
			["setContext", contextKeys.hasSeen, true],
			["setContext", contextKeys.hasTaken, true],
		];
		assert.deepEqual(ran, done);
		new FirstSteps(saved);
		assert.deepEqual(ran, [...done, ...done]);
	});
});

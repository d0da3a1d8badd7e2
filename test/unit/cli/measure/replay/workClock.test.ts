import assert from "node:assert/strict";
import { measureCosts, WorkClock, type WorkCosts } from "../../../../../src/cli/measure/replay/workClock.ts";
import type { AdaptiveModel, Context } from "../../../../../src/model/languageModel.ts";

const costs: WorkCosts = {
	advance: [0, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5],
	predict: 0.25,
	read: 0.5,
	readByte: 0.125,
	learnByte: 0.0625,
};

/** Does nothing, and tells what it is asked; `spend` takes the time that it would take. */
function fakeModel(
	spend: (milliseconds: number) => void = () => undefined,
): AdaptiveModel & { readonly asked: string[] } {
	const asked: string[] = [];
	const own = new Set<Context>();
	const context = (): Context => {
		const made = {
			get logProbabilities() {
				spend(costs.predict);
				return new Float32Array(256);
			},
		};
		own.add(made);
		return made;
	};
	const assertOwn = (given: Context) => assert.ok(own.has(given), "a context of another model");
	return {
		asked,
		start: context,
		advance(contexts, bytes) {
			contexts.forEach(assertOwn);
			asked.push(`advance ${contexts.length} by ${[...Array.from(bytes)].join(",")}`);
			spend(costs.advance[contexts.length] as number);
			return contexts.map(context);
		},
		read(given, bytes) {
			assertOwn(given);
			asked.push(`read ${bytes.length}`);
			spend(costs.read + costs.readByte * bytes.length);
			return context();
		},
		learn(given, bytes) {
			assertOwn(given);
			asked.push(`learn ${bytes.length}`);
			spend(costs.learnByte * bytes.length);
			return { context: context(), nats: 7 };
		},
	};
}

describe("WorkClock", () => {
	it("counts calls by the size of the batch, bytes read and learned, and each distribution once", () => {
		const clock = new WorkClock(costs, 1);
		const fake = fakeModel();
		const model = clock.counting(fake);
		const times = [clock.now()];
		const tick = () => times.push(clock.now());
		const start = model.start();
		tick();
		const [first, second] = model.advance([start, start], [1, 2]) as [Context, Context];
		tick();
		void first.logProbabilities;
		void first.logProbabilities;
		void second.logProbabilities;
		tick();
		const read = model.read(second, new Uint8Array(8));
		tick();
		const { context, nats } = model.learn(read, new Uint8Array(16));
		tick();
		model.advance(
			Array.from({ length: 16 }, () => context),
			new Uint8Array(16),
		);
		tick();
		assert.deepEqual(times, [0, 0, 1.5, 2, 3.5, 4.5, 13.5]);
		assert.equal(nats, 7);
		assert.deepEqual(fake.asked.slice(0, 3), ["advance 2 by 1,2", "read 8", "learn 16"]);
	});

	it("lets all take as many times as long on a slower machine", () => {
		const clock = new WorkClock(costs, 8);
		const model = clock.counting(fakeModel());
		model.read(model.start(), new Uint8Array(4));
		assert.equal(clock.now(), 8);
	});
});

describe("Measuring what the work of a model takes", () => {
	it("finds the costs, and shares what the search takes among the calls that it makes", () => {
		let now = 0;
		const spend = (milliseconds: number) => {
			now += milliseconds;
		};
		const search = (model: Pick<AdaptiveModel, "advance">, context: Context): void => {
			void context.logProbabilities;
			const [next] = model.advance([context], [3]) as [Context];
			void next.logProbabilities;
			// As much again as the calls.
			spend(1.5);
		};
		const found = measureCosts(fakeModel(spend), new Uint8Array(8192), search, () => now);
		const rounded = JSON.parse(JSON.stringify(found), (_, value) =>
			typeof value === "number" ? Math.round(value * 1e6) / 1e6 : value,
		);
		assert.deepEqual(rounded, { ...costs, advance: costs.advance.map((cost) => 2 * cost), predict: 2 * costs.predict });
	});

	it("needs some text", () => {
		assert.throws(() => measureCosts(fakeModel(), new Uint8Array(100), () => undefined), /too little text/);
	});
});

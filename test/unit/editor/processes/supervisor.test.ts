import assert from "node:assert/strict";
import { Supervisor, type SupervisorState } from "../../../../src/editor/processes/supervisor.ts";
import { FakeClock, FakeLauncher } from "../fakes.ts";

interface Message {
	readonly type: string;
}

describe("Supervisor", () => {
	let clock: FakeClock;
	let launcher: FakeLauncher<string, Message>;
	let states: SupervisorState[];
	let events: string[];
	let supervisor: Supervisor<string, Message>;

	beforeEach(() => {
		clock = new FakeClock();
		launcher = new FakeLauncher();
		states = [];
		events = [];
		supervisor = new Supervisor(launcher.launch, clock, {
			ready: () => events.push("ready"),
			message: ({ type }) => events.push(type),
			refuse: () => undefined,
			lost: () => events.push("lost"),
			changed: (state) => states.push(state),
			log: (message) => events.push(message),
		});
	});

	const startReady = (): void => {
		supervisor.start();
		launcher.last.say({ type: "ready" });
	};

	it("starts nothing before it is asked to", () => {
		assert.equal(launcher.children.length, 0);
		assert.equal(supervisor.send("hello"), false);
	});

	it("starts once, and sends only to a process that is ready", () => {
		supervisor.start();
		supervisor.start();
		assert.equal(launcher.children.length, 1);
		assert.equal(supervisor.send("early"), false);
		launcher.last.say({ type: "ready" });
		assert.equal(supervisor.send("hello"), true);
		assert.deepEqual(launcher.last.requests, ["hello"]);
		assert.deepEqual(states, ["starting", "ready"]);
		assert.equal(clock.pending, 0);
	});

	it("starts again 1 s after a crash and 5 s after the second, and 30 s after the third, which it tells", () => {
		const pauses = [1_000, 5_000, 30_000];
		const expected: SupervisorState[] = ["waiting", "waiting", "failed"];
		startReady();
		for (const [index, pause] of pauses.entries()) {
			launcher.last.exit("signal SIGSEGV");
			assert.equal(supervisor.state, expected[index]);
			clock.turn(pause - 1);
			assert.equal(launcher.children.length, index + 1);
			clock.turn(1);
			assert.equal(launcher.children.length, index + 2);
		}
		launcher.last.exit("exit code 1");
		assert.equal(supervisor.state, "failed");
		clock.turn(3_600_000);
		supervisor.start();
		assert.equal(launcher.children.length, 4, "after the fourth crash it stays down");
	});

	it("comes back when the user asks for it", () => {
		startReady();
		for (const pause of [1_000, 5_000, 30_000, 0]) {
			launcher.last.exit("exit code 1");
			clock.turn(pause);
		}
		supervisor.restart();
		launcher.last.say({ type: "ready" });
		assert.equal(supervisor.state, "ready");
		launcher.last.exit("exit code 1");
		assert.equal(supervisor.state, "waiting", "crashes are counted anew");
	});

	it("counts crashes anew after a minute of sound work", () => {
		startReady();
		for (let crash = 0; crash < 5; crash++) {
			clock.turn(60_000);
			launcher.last.exit(`exit code ${crash}`);
			assert.equal(supervisor.state, "waiting");
			clock.turn(1_000);
			launcher.last.say({ type: "ready" });
		}
	});

	it("stops a process that dies again and again of the same cause, however long it lives each time", () => {
		startReady();
		for (const [crash, pause] of [1_000, 5_000, 30_000].entries()) {
			clock.turn(120_000);
			launcher.last.exit("out of memory");
			assert.equal(supervisor.state, crash < 2 ? "waiting" : "failed");
			clock.turn(pause);
			launcher.last.say({ type: "ready" });
		}
		clock.turn(120_000);
		launcher.last.exit("out of memory");
		clock.turn(3_600_000);
		assert.equal(launcher.children.length, 4);
		assert.equal(supervisor.state, "failed");
	});

	it("starts again a process that dies of the same cause once an hour", () => {
		startReady();
		for (let crash = 0; crash < 5; crash++) {
			clock.turn(3_600_000);
			launcher.last.exit("out of memory");
			assert.equal(supervisor.state, "waiting");
			clock.turn(1_000);
			launcher.last.say({ type: "ready" });
		}
	});

	it("says when a process is lost, and why", () => {
		startReady();
		launcher.last.exit("signal SIGKILL");
		assert.deepEqual(events.slice(0, 3), ["ready", "ready", "lost"]);
		assert.match(events[3] ?? "", /signal SIGKILL/);
	});

	it("treats a process that cannot be started as one that crashed", () => {
		launcher.failure = new Error("spawn EAGAIN");
		supervisor.start();
		assert.equal(supervisor.state, "waiting");
		launcher.failure = undefined;
		clock.turn(1_000);
		launcher.last.say({ type: "ready" });
		assert.equal(supervisor.state, "ready");
	});

	it("ends a process that does not become ready", () => {
		supervisor.start();
		const [first] = launcher.children;
		clock.turn(20_000);
		assert.equal(first?.killed, true);
		assert.equal(supervisor.state, "waiting");
	});

	it("does not listen to a process that it gave up", () => {
		startReady();
		const [first] = launcher.children;
		supervisor.restart();
		assert.equal(first?.killed, true);
		const before = events.length;
		first?.say({ type: "late" });
		assert.equal(events.length, before);
		assert.equal(supervisor.state, "starting", "its end is no crash");
	});

	it("lets a process end by itself, and does not listen to it any more", () => {
		startReady();
		supervisor.release();
		assert.deepEqual([launcher.last.released, launcher.last.killed], [true, false]);
		launcher.last.exit("exit code 0");
		assert.deepEqual(events, ["ready", "ready", "lost"]);
		assert.equal(states.at(-1), "stopped");
		assert.equal(clock.pending, 0);
	});

	it("stops without starting again, also while it waits", () => {
		startReady();
		launcher.last.exit("exit code 1");
		supervisor.stop();
		clock.turn(60_000);
		assert.equal(launcher.children.length, 1);
		assert.equal(supervisor.state, "stopped");
	});
});

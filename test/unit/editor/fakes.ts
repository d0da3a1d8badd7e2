/** Stand-ins for time and child processes. */
import type { ChildEvents, Launch } from "../../../src/editor/processes/childProcess.ts";
import type { Clock } from "../../../src/editor/processes/clock.ts";

/** A clock that stands still until it is turned. */
export class FakeClock implements Clock {
	#now = 0;
	#timers: { readonly at: number; readonly action: () => void }[] = [];

	now(): number {
		return this.#now;
	}

	after(milliseconds: number, action: () => void): () => void {
		const timer = { at: this.#now + milliseconds, action };
		this.#timers.push(timer);
		return () => {
			this.#timers = this.#timers.filter((other) => other !== timer);
		};
	}

	/** Timers not yet due or called off. */
	get pending(): number {
		return this.#timers.length;
	}

	turn(milliseconds: number): void {
		const end = this.#now + milliseconds;
		for (;;) {
			const [next] = this.#timers.toSorted((left, right) => left.at - right.at);
			if (!next || next.at > end) break;
			this.#timers = this.#timers.filter((other) => other !== next);
			this.#now = next.at;
			next.action();
		}
		this.#now = end;
	}
}

/** A process under the test's control: it records what it is sent, and says what it is told to say. */
export class FakeChild<Request, Message> {
	readonly pid: number;
	readonly requests: Request[] = [];
	killed = false;
	released = false;
	readonly #events: ChildEvents<Message>;

	constructor(pid: number, events: ChildEvents<Message>) {
		this.pid = pid;
		this.#events = events;
	}

	send(request: Request): void {
		this.requests.push(request);
	}

	kill(): void {
		if (this.killed) return;
		this.killed = true;
		this.#events.exit("signal SIGKILL");
	}

	release(): void {
		this.released = true;
	}

	say(message: Message): void {
		this.#events.message(message);
	}

	exit(reason: string): void {
		this.#events.exit(reason);
	}
}

/** Starts fake processes, and keeps them for the test to see. */
export class FakeLauncher<Request, Message> {
	readonly children: FakeChild<Request, Message>[] = [];
	/** If set, starting a process throws it. */
	failure: Error | undefined;

	readonly launch: Launch<Request, Message> = (events) => {
		if (this.failure) throw this.failure;
		const child = new FakeChild<Request, Message>(1000 + this.children.length, events);
		this.children.push(child);
		return child;
	};

	get last(): FakeChild<Request, Message> {
		const child = this.children.at(-1);
		if (!child) throw new Error("no process was started");
		return child;
	}
}

/** Lets promises that are settled already run what waits for them. */
export async function settle(): Promise<void> {
	for (let i = 0; i < 10; i++) await Promise.resolve();
}

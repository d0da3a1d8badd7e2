/** The system calls of a full session. It needs dist/, and is skipped where there is no strace. */
import assert from "node:assert/strict";
import { useTemporaryFolder } from "../../unit/support/temporaryFolder.ts";
import { readTrace, traceSession, whyNotTraced } from "./systemCalls.ts";

describe("a trace of system calls", () => {
	const folder = "/tmp/session";
	const cases: readonly [what: string, line: string, kind: "sockets" | "writes" | "openToOthers"][] = [
		["a connection", "7 connect(20<socket:[1]>, {sa_family=AF_INET, sin_port=htons(80)}, 16) = 0", "sockets"],
		["a socket of the network", "7 socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP <unfinished ...>", "sockets"],
		["a pair of another family", "7 socketpair(AF_TIPC, SOCK_STREAM, 0, [3, 4]) = 0", "sockets"],
		["a message with an address", '7 sendto(3, "a", 1, 0, {sa_family=AF_INET}, 16) = 1', "sockets"],
		["a file elsewhere", '7 openat(AT_FDCWD</home>, "/home/a", O_WRONLY|O_CREAT, 0600) = 3</home/a>', "writes"],
		["a file of the workspace", '7 open("/tmp/session/workspace/a.ts", O_RDWR) = 3', "writes"],
		["a relative path", '7 openat(AT_FDCWD</home>, "a", O_WRONLY) = 3</home/a>', "writes"],
		["a way out of the storage", '7 openat(AT_FDCWD</>, "/tmp/session/storage/../x", O_WRONLY) = 3', "writes"],
		["a file that is moved elsewhere", '7 rename("/tmp/session/tmp/a", "/home/a") = 0', "writes"],
		["a file that is deleted", '7 unlink("/home/a") = 0', "writes"],
		["a file for all", '7 openat(AT_FDCWD</>, "/tmp/session/storage/a", O_WRONLY|O_CREAT, 0644) = 3', "openToOthers"],
		["a folder for all", '7 mkdir("/tmp/session/storage", 0777) = 0', "openToOthers"],
	];
	for (const [what, line, kind] of cases)
		it(`shows ${what}`, () => {
			const { sockets, writes, openToOthers } = readTrace(line, folder);
			assert.deepEqual(
				{ sockets, writes, openToOthers },
				{ sockets: [], writes: [], openToOthers: [], [kind]: [line] },
			);
		});

	it("shows nothing where all is as it should be", () => {
		const lines = [
			"7 socketpair(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0, [3, 4]) = 0",
			'7 openat(AT_FDCWD</>, "/tmp/session/storage/a.1-1.tmp", O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0600) = 3',
			'7 openat(AT_FDCWD</>, "/home/a", O_RDONLY|O_CLOEXEC) = 3',
			'7 mkdir("/tmp/session/storage", 0700) = 0',
			'7 mkdir("/tmp/session/tmp/a", 0777) = 0',
			'7 rename("/tmp/session/storage/a.1-1.tmp", "/tmp/session/storage/a") = 0',
			"7 sendmsg(3, {msg_name=NULL, msg_namelen=0}, 0) = 5",
			"7 <... openat resumed>) = 3",
		];
		const { calls, sockets, writes, openToOthers } = readTrace(lines.join("\n"), folder);
		assert.deepEqual({ calls, sockets, writes, openToOthers }, { calls: 7, sockets: [], writes: [], openToOthers: [] });
	});
});

describe("a full session", () => {
	const path = useTemporaryFolder();

	it("opens no socket, writes nowhere else, and keeps what it writes for its owner", function () {
		const reason = whyNotTraced();
		if (reason !== undefined) {
			console.log(`    Skipped: ${reason}.`);
			return this.skip();
		}
		const { processes, sockets, writes, openToOthers } = traceSession(path());
		// The session itself, the completion process, the trainer, twelve commands.
		assert.ok(processes >= 15, `${processes}`);
		assert.deepEqual({ sockets, writes, openToOthers }, { sockets: [], writes: [], openToOthers: [] });
	});
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspectPorts, inspectVariable } from "../../../../src/editor/processes/inspect.ts";
import { root } from "../../../harness/paths.ts";

interface Configuration {
	readonly name: string;
	readonly request: string;
	readonly port?: number;
	readonly env?: Readonly<Record<string, string>>;
}

describe("Debugging the child processes", () => {
	it("takes two ports that follow one another", () => {
		assert.deepEqual(inspectPorts("9230", true), { server: 9230, trainer: 9231 });
	});

	it("is not possible in an installed extension", () => {
		assert.equal(inspectPorts("9230", false), undefined);
	});

	for (const value of [undefined, "", "0", "80", "1.5", "65535", "70000", "yes"])
		it(`takes ${value} for no port`, () => {
			assert.equal(inspectPorts(value, true), undefined);
		});

	it("finds them at the ports that launch.json attaches to", () => {
		const file = join(root, ".vscode", "launch.json");
		const { configurations } = JSON.parse(readFileSync(file, "utf8")) as { configurations: Configuration[] };
		const host = configurations.find(({ request }) => request === "launch");
		const ports = configurations.filter(({ request }) => request === "attach").map(({ port }) => port);
		const { server, trainer } = inspectPorts(host?.env?.[inspectVariable], true) ?? {};
		assert.deepEqual(ports, [server, trainer]);
	});
});

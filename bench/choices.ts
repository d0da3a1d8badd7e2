/** An option of benchmarks: some of a few names. */
import type { Option } from "../src/cli/terminal/options.ts";

/** Comma-separated. */
export function someOf(allowed: readonly string[], help: string): Option<readonly string[]> {
	return {
		placeholder: "NAME,…",
		help: `${help} (default: all): ${allowed.join(", ")}`,
		parse(given) {
			const names = given.split(",");
			const unknown = names.find((name) => !allowed.includes(name));
			if (unknown !== undefined) throw new Error(`is ${JSON.stringify(unknown)}, not ${allowed.join(", ")}`);
			return names;
		},
	};
}

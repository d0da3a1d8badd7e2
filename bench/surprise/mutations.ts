/** One-token mistakes, as they happen: another argument's place, another name of the file, an operator beside the right one. */

/** `argument`: two arguments swapped; `name`: another identifier, or word, of the same file; `operator`: the one beside. */
export const mutationKinds = ["argument", "name", "operator"] as const;
export type MutationKind = (typeof mutationKinds)[number];

export interface Mutation {
	readonly kind: MutationKind;
	/** From 0. */
	readonly line: number;
	readonly old: string;
	readonly new: string;
}

/** Uniform in [0, 1). */
export type Random = () => number;

/** Lines for each that is mutated: the mutated ones are fewer than the most surprising ones that are looked at. */
const linesPerMutation = 40;

/** Reserved in one of the languages measured: in place of a name they would break the syntax, which is no quiet mistake. */
const reserved = new Set(
	`abstract and any as async await auto begin bool boolean break case catch char class const constructor continue crate def
	default defer delete do double else elsif end ensure enum except export extends extern false final finally float fn for
	from function goto if impl implements import in inline instanceof int interface is lambda let long loop match mod module
	mut namespace new nil none not null number object of or pass private protected pub public raise readonly ref require
	rescue return self short signed sizeof static string struct super switch template then this throw trait true try type
	typedef typeof undefined union unless unsafe unsigned until use using var virtual void volatile when where while with
	yield`
		.split(/\s+/)
		.map((word) => word.toLowerCase()),
);

const namePattern = /[\p{L}_$][\p{L}\p{N}_$]+/gu;

/** The operators beside one another; each stands between blanks, as code is written by convention. */
const operators: ReadonlyMap<string, string> = new Map([
	["<", "<="],
	["<=", "<"],
	[">", ">="],
	[">=", ">"],
	["==", "!="],
	["!=", "=="],
	["===", "!=="],
	["!==", "==="],
	["+", "-"],
	["-", "+"],
	["+=", "-="],
	["-=", "+="],
	["&&", "||"],
	["||", "&&"],
]);

/** Mutates one line in forty of `text`, each in one way, the ways in turn where the line allows it. */
export function mutate(
	text: string,
	random: Random,
): { readonly text: string; readonly mutations: readonly Mutation[] } {
	const lines = text.split("\n");
	const names = [...new Set(text.match(namePattern))].filter((name) => !reserved.has(name.toLowerCase()));
	const mutations: Mutation[] = [];
	const wanted = Math.floor(lines.filter((line) => line.trim() !== "").length / linesPerMutation);
	for (const line of shuffled([...lines.keys()], random)) {
		if (mutations.length >= wanted) break;
		const old = lines[line] as string;
		const first = mutations.length % mutationKinds.length;
		for (let turn = 0; turn < mutationKinds.length; turn++) {
			const kind = mutationKinds[(first + turn) % mutationKinds.length] as MutationKind;
			// A line that could have been mutated in this turn's way is likely to come; a name can be replaced almost anywhere.
			if (turn > 0 && kind === "name") continue;
			const changed = mutateLine(old, kind, names, random);
			if (changed === null) continue;
			lines[line] = changed;
			mutations.push({ kind, line, old, new: changed });
			break;
		}
	}
	return { text: lines.join("\n"), mutations };
}

/** The line with one mistake of this kind; null if it cannot have one. */
export function mutateLine(line: string, kind: MutationKind, names: readonly string[], random: Random): string | null {
	const found = places(line, kind, names, random);
	const chosen = found[Math.floor(random() * found.length)];
	return chosen === undefined ? null : line.slice(0, chosen.start) + chosen.text + line.slice(chosen.end);
}

interface Replacement {
	readonly start: number;
	readonly end: number;
	readonly text: string;
}

function places(line: string, kind: MutationKind, names: readonly string[], random: Random): Replacement[] {
	switch (kind) {
		case "argument":
			return [...line.matchAll(/(?<=[\p{L}\p{N}_]\((?:[^()]*, *)?)([^\s(),][^(),]*)(, *)([^(),]*[^\s(),])(?=[,)])/gu)]
				.filter(([, one, , other]) => one !== other)
				.map(({ index, 0: all, 1: one, 2: comma, 3: other }) => ({
					start: index,
					end: index + all.length,
					text: `${other}${comma}${one}`,
				}));
		case "name":
			return [...line.matchAll(namePattern)].flatMap(({ index, 0: name }) => {
				const other = names[Math.floor(random() * names.length)];
				if (reserved.has(name.toLowerCase()) || other === undefined || other === name) return [];
				return [{ start: index, end: index + name.length, text: other }];
			});
		case "operator":
			return [...line.matchAll(/(?<=\S )[<>=!+\-&|]{1,3}(?= \S)/g)].flatMap(({ index, 0: operator }) => {
				const text = operators.get(operator);
				return text === undefined ? [] : [{ start: index, end: index + operator.length, text }];
			});
	}
}

function shuffled<T>(items: T[], random: Random): T[] {
	for (let left = items.length; left > 1; left--) {
		const chosen = Math.floor(random() * left);
		[items[left - 1], items[chosen]] = [items[chosen] as T, items[left - 1] as T];
	}
	return items;
}

/**
 * Runs a regular expression as a backtracking engine does, and counts its steps: so a test can tell a pattern that takes
 * time in proportion to the text from one that takes more, without a clock. Step for step it does what Irregexp does
 * without its shortcuts, so that a real search is never slower by more than a factor.
 */
import { type AST, RegExpParser } from "@eslint-community/regexpp";

/** Whether a character of the text, a code point under the `u` flag and a UTF-16 unit otherwise, is of a kind. */
type CharacterTest = (code: number) => boolean;

type Instruction =
	| { readonly kind: "character"; readonly test: CharacterTest }
	| { readonly kind: "split"; readonly first: number; readonly second: number }
	| { readonly kind: "jump"; readonly to: number }
	| { readonly kind: "assert"; readonly holds: (text: string, at: number) => boolean }
	| { readonly kind: "look"; readonly program: Program; readonly isNegated: boolean }
	| { readonly kind: "open" | "close"; readonly group: number }
	| { readonly kind: "again"; readonly group: number }
	/** Remembers a place, and fails if a loop comes back to it. */
	| { readonly kind: "mark" | "moved"; readonly register: number }
	| { readonly kind: "match" };

/** Never run inside itself. */
interface Program {
	readonly instructions: readonly Instruction[];
	/** Places, by register. */
	readonly registers: number[];
}

/** The pattern took more steps than it was allowed. */
export class TooManySteps extends Error {}

export class CountedRegExp {
	readonly #program: Program;
	readonly #flags: string;
	readonly #isUnicode: boolean;
	readonly #isAnchored: boolean;
	#limit = 0;
	/** Taken by the last search. */
	steps = 0;
	/** Tests of single characters: each tells what it takes. */
	readonly tests: CharacterTest[] = [];
	/** Ways that were passed, in pairs: an instruction and a place. */
	readonly #passed: number[] = [];
	/** Where the groups begin, and what they have taken. */
	readonly #opened = new Map<number, number>();
	readonly #groups = new Map<number, readonly [start: number, end: number]>();

	constructor(source: string, flags: string) {
		const pattern = new RegExpParser().parsePattern(source, 0, source.length, { unicode: flags.includes("u") });
		this.#flags = flags;
		this.#isUnicode = flags.includes("u");
		this.#program = this.#programOf(pattern.alternatives);
		this.#isAnchored = !flags.includes("m") && pattern.alternatives.every(beginsWithStart);
	}

	/**
	 * Finds all matches one after the other, or the first one if the pattern has neither `g` nor `y`.
	 *
	 * @throws {TooManySteps} after `limit` steps
	 */
	search(text: string, limit: number): number {
		this.steps = 0;
		this.#limit = limit;
		let found = 0;
		for (let at = 0; at <= text.length; ) {
			this.#groups.clear();
			this.#passed.length = 0;
			const end = this.#run(this.#program, text, at);
			if (end < 0) {
				if (this.#isAnchored || this.#flags.includes("y")) break;
				at++;
				continue;
			}
			found++;
			if (!/[gy]/.test(this.#flags)) break;
			at = Math.max(end, at + 1);
		}
		return found;
	}

	/** Where the match ends that begins at an index, or −1. */
	#run({ instructions, registers }: Program, text: string, from: number): number {
		const passed = this.#passed;
		const outer = passed.length;
		let pc = 0;
		let at = from;
		for (;;) {
			if (++this.steps > this.#limit) throw new TooManySteps(`after ${this.#limit} steps`);
			const instruction = instructions[pc] as Instruction;
			let goesOn = true;
			switch (instruction.kind) {
				case "character": {
					const code = this.#codeAt(text, at);
					goesOn = code >= 0 && instruction.test(code);
					at += code > 0xffff ? 2 : 1;
					break;
				}
				case "split": {
					const next = instructions[instruction.first] as Instruction;
					let isOpen = true;
					// An engine looks at the next character before it takes a way.
					if (next.kind === "character") {
						const code = this.#codeAt(text, at);
						isOpen = code >= 0 && next.test(code);
					}
					if (isOpen) passed.push(instruction.second, at);
					pc = (isOpen ? instruction.first : instruction.second) - 1;
					break;
				}
				case "jump":
					pc = instruction.to - 1;
					break;
				case "mark":
					registers[instruction.register] = at;
					break;
				case "moved":
					goesOn = registers[instruction.register] !== at;
					break;
				case "match":
					passed.length = outer;
					return at;
				case "assert":
					goesOn = instruction.holds(text, at);
					break;
				case "look":
					goesOn = this.#run(instruction.program, text, at) >= 0 !== instruction.isNegated;
					break;
				case "open":
					this.#opened.set(instruction.group, at);
					break;
				case "close":
					this.#groups.set(instruction.group, [this.#opened.get(instruction.group) ?? at, at]);
					break;
				case "again": {
					const [start, end] = this.#groups.get(instruction.group) ?? [0, 0];
					goesOn = text.startsWith(text.slice(start, end), at);
					this.steps += end - start;
					at += end - start;
					break;
				}
			}
			if (goesOn) {
				pc++;
				continue;
			}
			if (passed.length === outer) return -1;
			at = passed.pop() as number;
			pc = passed.pop() as number;
		}
	}

	/** −1 at the end of the text. */
	#codeAt(text: string, at: number): number {
		if (at >= text.length) return -1;
		return this.#isUnicode ? (text.codePointAt(at) as number) : text.charCodeAt(at);
	}

	#programOf(alternatives: readonly AST.Alternative[]): Program {
		const instructions: Instruction[] = [];
		this.#alternatives(instructions, alternatives);
		instructions.push({ kind: "match" });
		return { instructions, registers: [] };
	}

	#alternatives(program: Instruction[], alternatives: readonly AST.Alternative[]): void {
		const ends: number[] = [];
		for (const [i, { elements }] of alternatives.entries()) {
			const isLast = i === alternatives.length - 1;
			const split = program.length;
			if (!isLast) program.push({ kind: "jump", to: 0 });
			for (const element of elements) this.#element(program, element);
			if (isLast) break;
			ends.push(program.length);
			program.push({ kind: "jump", to: 0 });
			program[split] = { kind: "split", first: split + 1, second: program.length };
		}
		for (const end of ends) program[end] = { kind: "jump", to: program.length };
	}

	#element(program: Instruction[], element: AST.Element): void {
		switch (element.type) {
			case "Character":
			case "CharacterClass":
			case "CharacterSet":
				program.push({ kind: "character", test: this.#test(element) });
				break;
			case "Group":
				this.#alternatives(program, element.alternatives);
				break;
			case "CapturingGroup": {
				const group = groupNumber(element);
				program.push({ kind: "open", group });
				this.#alternatives(program, element.alternatives);
				program.push({ kind: "close", group });
				break;
			}
			case "Backreference":
				program.push({ kind: "again", group: groupNumber([element.resolved].flat()[0] as AST.CapturingGroup) });
				break;
			case "Quantifier":
				this.#quantifier(program, element);
				break;
			case "Assertion":
				this.#assertion(program, element);
				break;
			default:
				throw new Error(`No steps are known for ${element.raw}`);
		}
	}

	#quantifier(program: Instruction[], { element, min, max, greedy }: AST.Quantifier): void {
		const branch = (at: number, inside: number, behind: number): void => {
			program[at] = { kind: "split", first: greedy ? inside : behind, second: greedy ? behind : inside };
		};
		for (let i = 0; i < min; i++) this.#element(program, element);
		if (max === Number.POSITIVE_INFINITY) {
			const start = program.length;
			program.push({ kind: "jump", to: 0 }, { kind: "mark", register: start });
			this.#element(program, element);
			program.push({ kind: "moved", register: start }, { kind: "jump", to: start });
			branch(start, start + 1, program.length);
			return;
		}
		const splits: number[] = [];
		for (let i = min; i < max; i++) {
			splits.push(program.length);
			program.push({ kind: "jump", to: 0 });
			this.#element(program, element);
		}
		for (const split of splits) branch(split, split + 1, program.length);
	}

	#assertion(program: Instruction[], assertion: AST.Assertion): void {
		const multiline = this.#flags.includes("m");
		switch (assertion.kind) {
			case "start":
				program.push({
					kind: "assert",
					holds: (text, at) => at === 0 || (multiline && isLineEnd(text.charCodeAt(at - 1))),
				});
				break;
			case "end":
				program.push({
					kind: "assert",
					holds: (text, at) => at === text.length || (multiline && isLineEnd(text.charCodeAt(at))),
				});
				break;
			case "word":
				program.push({
					kind: "assert",
					holds: (text, at) => (isWord(text.charCodeAt(at - 1)) !== isWord(text.charCodeAt(at))) !== assertion.negate,
				});
				break;
			case "lookahead": {
				const inside = this.#programOf(assertion.alternatives);
				program.push({ kind: "look", program: inside, isNegated: assertion.negate });
				break;
			}
			case "lookbehind": {
				const [element, ...more] = assertion.alternatives.flatMap(({ elements }) => elements);
				if ((element?.type !== "CharacterClass" && element?.type !== "Character") || more.length > 0)
					throw new Error(`Only one character behind is known: ${assertion.raw}`);
				const test = this.#test(element);
				program.push({
					kind: "assert",
					holds: (text, at) => (at > 0 && test(text.charCodeAt(at - 1))) !== assertion.negate,
				});
				break;
			}
		}
	}

	#test({ raw }: AST.Character | AST.CharacterClass | AST.CharacterSet): CharacterTest {
		const flags = this.#flags.replaceAll(/[^isu]/g, "");
		const key = `/${raw}/${flags}`;
		let test = characterTests.get(key);
		if (test === undefined) {
			const pattern = new RegExp(`^${raw}$`, flags);
			const ascii = Array.from({ length: 128 }, (_, code) => pattern.test(String.fromCharCode(code)));
			test = (code) => ascii[code] ?? pattern.test(String.fromCodePoint(code));
			characterTests.set(key, test);
		}
		this.tests.push(test);
		return test;
	}
}

/** By what they take and the flags. */
const characterTests = new Map<string, CharacterTest>();

const isLineEnd: CharacterTest = (code) => code === 10 || code === 13 || code === 0x2028 || code === 0x2029;

/** Letters, digits and `_`, as `\w` takes them; NaN, which is what is found outside of a text, is none. */
const isWord: CharacterTest = (code) =>
	(code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95;

function beginsWithStart({ elements }: AST.Alternative): boolean {
	const [first] = elements;
	return first?.type === "Assertion" && first.kind === "start";
}

/** A number of its own for each group. */
function groupNumber({ start }: AST.CapturingGroup): number {
	return start;
}

/**
 * Checks that a value from another process has the shape that its type promises, before anything reads it. The types of the
 * messages are the only declaration: a shape that lacks a field of its type, or has one that is of another type, does not compile.
 */

export interface Shape<T> {
	/**
	 * Where the value departs from the shape: "" for the value itself, or the path of a field, such as "changes.0.text".
	 * Undefined if the value fits. Contains nothing of the value but indices of arrays.
	 */
	fault(value: unknown): string | undefined;
	/** Only for the compiler: makes `Shape<number>` unfit for a field of the type `number | null`, and the reverse. */
	readonly exactly?: (value: T) => T;
}

/** The shape of each field of T. Fields that T does not have are allowed and ignored. */
export type Fields<T> = { readonly [Name in keyof T]-?: Shape<T[Name]> };

export const text: Shape<string> = simple((value) => typeof value === "string");
export const flag: Shape<boolean> = simple((value) => typeof value === "boolean");
/** JSON has no other numbers, but a value that has not been through JSON may. */
export const number: Shape<number> = simple((value) => Number.isFinite(value));
/** A whole number that is not negative. */
export const count: Shape<number> = simple((value) => Number.isSafeInteger(value) && (value as number) >= 0);
export const anything: Shape<unknown> = simple(() => true);
export const yes: Shape<true> = simple((value) => value === true);

/** One of the keys. */
export function oneOf<T extends string>(keys: Readonly<Record<T, unknown>>): Shape<T> {
	return simple((value) => typeof value === "string" && Object.hasOwn(keys, value));
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
	return { fault: (value) => (value === null ? undefined : shape.fault(value)) };
}

export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
	return { fault: (value) => (value === undefined ? undefined : shape.fault(value)) };
}

export function list<T>(shape: Shape<T>): Shape<readonly T[]> {
	return {
		fault(value) {
			if (!Array.isArray(value)) return "";
			for (const [index, item] of value.entries()) {
				const fault = shape.fault(item);
				if (fault !== undefined) return join(`${index}`, fault);
			}
			return undefined;
		},
	};
}

export function object<T>(fields: Fields<T>): Shape<T> {
	const shapes: [string, Shape<unknown>][] = Object.entries(fields);
	return {
		fault(value) {
			if (!isRecord(value)) return "";
			for (const [name, shape] of shapes) {
				const fault = shape.fault(Object.hasOwn(value, name) ? value[name] : undefined);
				if (fault !== undefined) return join(name, fault);
			}
			return undefined;
		},
	};
}

interface Typed {
	readonly type: string;
}

/** For each type of message the shapes of its other fields. */
export type MessageFields<Message extends Typed> = {
	readonly [Type in Message["type"]]: Fields<Omit<Extract<Message, { readonly type: Type }>, "type">>;
};

/** The messages that one process may send to another. */
export class Messages<Message extends Typed> {
	readonly #shapes: ReadonlyMap<string, Shape<unknown>>;

	constructor(fields: MessageFields<Message>) {
		const all: [string, Fields<unknown>][] = Object.entries(fields);
		this.#shapes = new Map(all.map(([type, of]) => [type, object(of)]));
	}

	/** Hands a value that has come from the other process to `take`, or says to `refuse`, without quoting it, why it cannot. */
	receive(value: unknown, take: (message: Message) => void, refuse: (reason: string) => void): void {
		const fault = this.#fault(value);
		if (fault === undefined) take(value as Message);
		else refuse(fault);
	}

	#fault(value: unknown): string | undefined {
		const type = isRecord(value) && Object.hasOwn(value, "type") ? value["type"] : undefined;
		const shape = typeof type === "string" ? this.#shapes.get(type) : undefined;
		if (shape === undefined) return "its type is unknown";
		const field = shape.fault(value);
		return field === undefined ? undefined : `the field ${field} of the type ${type} is missing or wrong`;
	}
}

function simple<T>(fits: (value: unknown) => boolean): Shape<T> {
	return { fault: (value) => (fits(value) ? undefined : "") };
}

function join(name: string, rest: string): string {
	return rest === "" ? name : `${name}.${rest}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

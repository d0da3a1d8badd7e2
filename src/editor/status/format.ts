/** Numbers, times and sizes as people read them, in the language of the editor. */

export class Format {
	readonly #locale: string;
	/** By their options: making one takes longer than writing a hundred numbers. */
	readonly #formats = new Map<string, Intl.NumberFormat>();
	readonly #dateFormats = new Map<string, Intl.DateTimeFormat>();

	/** @param locale as in `vscode.env.language`; English stands in for one that is unknown */
	constructor(locale: string) {
		this.#locale = isLocale(locale) ? locale : "en";
	}

	integer(value: number): string {
		return this.#number(value, { maximumFractionDigits: 0 });
	}

	/** At most three digits: more would not tell a reader anything. */
	short(value: number): string {
		return this.#number(value, { maximumSignificantDigits: 3, notation: "compact" });
	}

	/** One decimal place below 100, none above: smaller differences of perplexity cannot be felt. */
	perplexity(value: number): string {
		const digits = value < 100 ? 1 : 0;
		return this.#number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
	}

	/** `share` is 0–1. */
	percent(share: number): string {
		return this.#number(share, { style: "percent", maximumFractionDigits: 0 });
	}

	/** To a tenth of a percent. */
	finePercent(share: number): string {
		return this.#number(share, { style: "percent", maximumFractionDigits: 1 });
	}

	/** In seconds below two minutes, in minutes below two hours, else in hours. */
	duration(seconds: number): string {
		const value = Math.max(seconds, 0);
		if (value < 119.5) return this.#unit(Math.round(value), "second");
		if (value < 119.5 * 60) return this.#unit(Math.round(value / 60), "minute");
		return this.#unit(Math.round(value / 3600), "hour");
	}

	/** An ISO 8601 time. */
	date(time: string): string {
		const date = new Date(time);
		if (Number.isNaN(date.getTime())) return time;
		return this.#date(date, { dateStyle: "medium", timeStyle: "short" });
	}

	/** A day in ISO 8601, without a time of day. */
	day(day: string): string {
		const date = new Date(`${day}T12:00:00`);
		if (Number.isNaN(date.getTime())) return day;
		return this.#date(date, { dateStyle: "medium" });
	}

	/** Milliseconds since 1970; to the millisecond, as requests follow one another closely. */
	timeOfDay(time: number): string {
		const parts: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", second: "2-digit" };
		return this.#date(time, { ...parts, fractionalSecondDigits: 3 });
	}

	/** To a tenth. */
	shortMilliseconds(value: number): string {
		return this.#number(value, {
			style: "unit",
			unit: "millisecond",
			unitDisplay: "short",
			maximumFractionDigits: 1,
		});
	}

	milliseconds(value: number): string {
		return this.#unit(Math.round(value), "millisecond");
	}

	/** In KiB below 1 MiB. */
	bytes(value: number): string {
		if (value < 2 ** 20) return `${this.#number(value / 2 ** 10, { maximumFractionDigits: 1 })} KiB`;
		return `${this.#number(value / 2 ** 20, { maximumFractionDigits: 1 })} MiB`;
	}

	#unit(value: number, unit: string): string {
		return this.#number(value, { style: "unit", unit, unitDisplay: "short" });
	}

	#date(time: Date | number, options: Intl.DateTimeFormatOptions): string {
		const key = JSON.stringify(options);
		const format = this.#dateFormats.get(key) ?? new Intl.DateTimeFormat(this.#locale, options);
		this.#dateFormats.set(key, format);
		return format.format(time);
	}

	#number(value: number, options: Intl.NumberFormatOptions): string {
		const key = JSON.stringify(options);
		const format = this.#formats.get(key) ?? new Intl.NumberFormat(this.#locale, options);
		this.#formats.set(key, format);
		return format.format(value);
	}
}

function isLocale(locale: string): boolean {
	try {
		return Intl.NumberFormat.supportedLocalesOf(locale).length > 0;
	} catch {
		return false;
	}
}

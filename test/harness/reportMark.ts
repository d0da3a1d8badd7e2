/** Begins each line that the tests inside VS Code report, to tell it from the log of VS Code itself. */
export const reportMark = "[test] ";
